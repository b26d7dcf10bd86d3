import { createHash, createHmac } from 'node:crypto';

/** The keys of both servers. */
export const JWT_SECRET = 'benchmark-only-jwt-secret-7f3a91c2d4e8b605';
/** Seconds. */
const MAX_AGE = 900;

const tokens = new Map();
let signedAt = 0;

/** An access token as the server issues it. Each seeded account has one session, whose id is the account's. */
export function tokenOf(account) {
  const now = Math.floor(Date.now() / 1000);
  if (now > signedAt + MAX_AGE / 2) {
    tokens.clear();
    signedAt = now;
  }
  if (!tokens.has(account)) tokens.set(account, sign({ sub: String(account), sid: account, use: 'access', iat: now }));
  return tokens.get(account);
}

function sign(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const kid = createHash('sha256').update(`kid ${JWT_SECRET}`).digest('base64url').slice(0, 8);
  const whole = { ...claims, exp: claims.iat + MAX_AGE, aud: 'madang-api', iss: 'madang' };
  const text = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(whole)}`;
  return `${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}

/** The text of a request. */
function request(method, path, account, body) {
  const authorization = account ? `Authorization: Bearer ${tokenOf(account)}\r\n` : '';
  const text = body ? JSON.stringify(body) : '';
  const type = body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` : '';
  return `${method} /api/v1${path} HTTP/1.1\r\nHost: bench\r\n${authorization}${type}\r\n${text}`;
}

/** Members who read; there are more, so that writers keep within their limits. */
const READERS = 200;

/**
 * What is asked, by name. `next` makes the text of the next request; `statements` are the baseline's for each.
 *
 * @param {object} campus
 * @param {number} campus.accounts
 * @param {number[]} campus.threads posts with more than 50 top-level comments, readable by members
 * @param {{id: number, author: number}[]} campus.visible posts readable by members
 * @param {{id: number, author: number}} campus.hot
 * @param {number} campus.deep items before page 500
 */
export function workloads({ accounts, threads, visible, hot, deep }) {
  let n = 0;
  let fresh = 0;
  const reader = () => 2 + (++n % READERS);
  const other = (account, author) => 2 + ((account + (account === author - 2 ? 1 : 0)) % (accounts - 2));
  const comment = ({ id }) =>
    request('POST', `/posts/${id}/comments`, other(++n, 0), { content: `저도 궁금해요! ${n}` });
  /** Likes and unlikes in turn. */
  const toggle = (postOf) => {
    const pair = n >> 1;
    const { id, author } = postOf(pair);
    return request(++n % 2 ? 'PUT' : 'DELETE', `/posts/${id}/like`, other(pair % (accounts - 2), author));
  };
  const seen = (i) =>
    request('GET', `/posts/${threads[(i % READERS) % threads.length]}?comments=50`, 2 + (i % READERS));
  const random = (i) => visible[(i * 7919) % visible.length];
  return {
    'board list': { statements: 1, next: () => request('GET', '/boards/1/posts', reader()) },
    'board list, no token': { statements: 1, next: () => request('GET', '/boards/2/posts') },
    'page 500': {
      statements: 1,
      /** @param {(path: string, items: number) => Promise<string>} cursorAfter */
      prepare: (cursorAfter) => cursorAfter('/boards/1/posts', deep),
      next: (cursor) => request('GET', `/boards/1/posts?cursor=${cursor}`, reader()),
    },
    'post + 50 comments': {
      statements: 2,
      // Each reader has one post: it was seen before the measurement.
      warmUp: () => Array.from({ length: READERS }, (_, i) => seen(i)),
      next: () => seen(++n),
    },
    'post + 50 comments, first view': {
      statements: 5,
      // Each pair of a post and a reader once in all runs.
      next: () => {
        const i = fresh++ % (accounts - 2 * READERS);
        const round = Math.floor(fresh / (accounts - 2 * READERS));
        return request('GET', `/posts/${threads[(i + round) % threads.length]}?comments=50`, 2 * READERS + i);
      },
    },
    'comment, random posts': { statements: 4, next: () => comment(random(n)) },
    'comment, one hot post': { statements: 4, next: () => comment(hot) },
    'like, random posts': { statements: 3, next: () => toggle(random) },
    'like, one hot post': { statements: 3, next: () => toggle(() => hot) },
  };
}
