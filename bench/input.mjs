// Times of answers to bad input, on a running server: `node bench/input.mjs [http://localhost:3000]`.
// Each case one request at a time, the slowest of 20; the sizes are the largest that the server accepts.
const origin = process.argv[2] ?? 'http://localhost:3000';
const login = `${origin}/api/v1/auth/login`;
const json = { 'Content-Type': 'application/json' };
const body = (text) => ({ method: 'POST', headers: json, body: text });
const text = 'x'.repeat(250_000);

const CASES = {
  'id 1e3': [`${origin}/api/v1/posts/1e3`],
  'id 2^53+1': [`${origin}/api/v1/posts/9007199254740993`],
  'cursor of 10 KB': [`${origin}/api/v1/posts?cursor=${'A'.repeat(10_000)}`],
  'SQL in sort': [`${origin}/api/v1/posts?sort=id;DROP TABLE posts`],
  'no JSON': [login, body('{bad')],
  'JSON 100,000 deep': [login, body('['.repeat(100_000))],
  'invalid UTF-8': [login, body(Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
  NUL: [login, body('{"username":"a\\u0000","password":"x"}')],
  'lone surrogate': [login, body('{"username":"\\ud800","password":"x"}')],
  __proto__: [login, body('{"__proto__":{"a":1},"username":"a","password":"b"}')],
  'password of 250 KB': [login, body(JSON.stringify({ username: 'minsu', password: text }))],
  'password of 1 MB': [login, body(JSON.stringify({ username: 'minsu', password: text.repeat(4) }))],
  'combining marks, 250 KB': [login, body(JSON.stringify({ username: 'a\u0301'.repeat(40_000), password: 'x' }))],
  'an array of 120,000': [login, body(`[${'1,'.repeat(119_999)}1]`)],
  'object of 20,000 keys': [
    login,
    body(JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1])))),
  ],
  urlencoded: [
    login,
    { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
  ],
};

for (const [name, [url, options]] of Object.entries(CASES)) {
  let slowest = 0;
  let status = 0;
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    const response = await fetch(url, options);
    await response.text();
    slowest = Math.max(slowest, performance.now() - began);
    status = response.status;
  }
  console.log(`${name.padEnd(26)} ${status}  ${slowest.toFixed(1).padStart(7)} ms`);
}
