import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { catalogue } from './catalogue.mjs';
import { community } from './community.mjs';

/**
 * The baseline: a server written by hand for the measured routes, with the same answers key by key (run.mjs compares
 * them first). `node:http`, prepared statements of mysql2, a token whose signature is checked. No framework, no
 * sessions, limits, logs, metrics or validation of answers. Its transactions are the obvious ones. So comments on a hot
 * post deadlock: the foreign key locks the post before its counter is updated.
 *
 * Statements a request, checked by run.mjs: list 1, post 2 (and 3 after the answer of a first view), comment 4, like 3,
 * timetable 2, lecture search 3.
 */
const { PORT, JWT_SECRET } = process.env;

/** The account's id; 0 without a token. @throws Error if its signature or time is wrong */
function accountOf(authorization) {
  if (authorization === undefined) return 0;
  const [head, body, signature] = authorization.slice('Bearer '.length).split('.');
  const wanted = createHmac('sha256', JWT_SECRET).update(`${head}.${body}`).digest();
  if (!timingSafeEqual(Buffer.from(signature, 'base64url'), wanted)) throw new Error('signature');
  const { sub, exp } = JSON.parse(Buffer.from(body, 'base64url'));
  if (exp < Date.now() / 1000) throw new Error('expired');
  return Number(sub);
}

const PATHS = [
  ['GET', /^\/api\/v1\/boards\/(\d+)\/posts$/, community.list],
  ['GET', /^\/api\/v1\/posts\/(\d+)$/, community.post],
  ['POST', /^\/api\/v1\/posts\/(\d+)\/comments$/, community.comment],
  ['PUT', /^\/api\/v1\/posts\/(\d+)\/like$/, community.like],
  ['DELETE', /^\/api\/v1\/posts\/(\d+)\/like$/, community.unlike],
  ['GET', /^\/api\/v1\/timetables\/(\d+)$/, catalogue.timetable],
  ['GET', /^\/api\/v1\/lectures$/, catalogue.search],
];

async function answer(request) {
  const [path, query] = request.url.split('?', 2);
  for (const [method, pattern, route] of PATHS) {
    const match = request.method === method && pattern.exec(path);
    if (!match) continue;
    let me;
    try {
      me = accountOf(request.headers.authorization);
    } catch {
      return [401];
    }
    if (!me && method !== 'GET') return [401];
    return route(me, match.slice(1), new URLSearchParams(query), method === 'POST' ? await bodyOf(request) : undefined);
  }
  return [404];
}

function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      try {
        resolve(JSON.parse(Buffer.concat(parts)));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
  });
}

const server = createServer(async (request, response) => {
  let status;
  let body;
  try {
    [status, body] = await answer(request);
  } catch {
    status = 500;
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
