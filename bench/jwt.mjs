// Cost of verifying one access token with jsonwebtoken: with a key that is made once (as in AccessTokens), and with the
// secret as text. From a text it makes a key each time.
//
//   npm run build && node bench/jwt.mjs [checks]

import { createSecretKey } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import jsonwebtoken from 'jsonwebtoken';
import { AccessTokens, ALGORITHM } from '../dist/accounts/sessions/access-tokens.js';

const CHECKS = Number(process.argv[2] ?? 20_000);
const config = {
  jwtSecrets: ['bench-secret-bench-secret-bench-secret', 'previous-secret-previous-secret-previous'],
  jwtIssuer: 'madang',
  jwtAudience: 'madang-api',
  accessTokenSeconds: 900,
};
const options = { algorithms: [ALGORITHM], issuer: config.jwtIssuer, audience: config.jwtAudience };

const key = createSecretKey(Buffer.from(config.jwtSecrets[0]));
const tokens = new AccessTokens(config, new JwtService());
const token = tokens.sign(1234, 5678);

/** @param {string} name @param {() => unknown} work */
function measure(name, work) {
  for (let i = 0; i < CHECKS / 10; i++) work();
  const start = process.hrtime.bigint();
  for (let i = 0; i < CHECKS; i++) work();
  const microseconds = Number(process.hrtime.bigint() - start) / 1000 / CHECKS;
  console.log(`${name.padEnd(44)} ${microseconds.toFixed(1).padStart(7)} µs`);
}

measure('find the key by the header', () => tokens.keyOf(token));
measure('find the key and verify', () => jsonwebtoken.verify(token, tokens.keyOf(token), options));
measure('verify with a KeyObject', () => jsonwebtoken.verify(token, key, options));
measure('verify with the secret as text', () => jsonwebtoken.verify(token, config.jwtSecrets[0], options));
measure('sign', () => tokens.sign(1234, 5678));
