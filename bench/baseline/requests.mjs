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
export function request(method, path, account, body) {
  const authorization = account ? `Authorization: Bearer ${tokenOf(account)}\r\n` : '';
  const text = body ? JSON.stringify(body) : '';
  const type = body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` : '';
  return `${method} /api/v1${path} HTTP/1.1\r\nHost: bench\r\n${authorization}${type}\r\n${text}`;
}

/** One request with its answer, outside of any measurement. */
export async function ask(program, text) {
  const [head, body] = text.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  const [method, path] = line.split(' ');
  const headers = Object.fromEntries(
    fields.map((field) => field.split(': ', 2)).filter(([name]) => !/^(host|content-length)$/i.test(name)),
  );
  const answer = await fetch(`http://127.0.0.1:${program.port}${path}`, { method, headers, ...(body && { body }) });
  const received = await answer.text();
  return { status: answer.status, body: received && JSON.parse(received) };
}
