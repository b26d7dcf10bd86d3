import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { parseEnv } from 'node:util';

// Where the server of `npm start` listens, and with which secrets it signs.

/** The published secrets are good enough on 127.0.0.1 only: with them anybody in the LAN could forge tokens. */
const DEVELOPMENT_PEPPER = '1:development-only-password-pepper-development-only';

/**
 * The variables that the environment leaves open. With `lan` the server listens to all, with secrets made at random.
 * They are kept in `file` and used from then on, or the passwords of this database would no longer fit.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {{lan?: boolean, file: string}} options
 * @returns {Record<string, string>}
 */
export function localEnvironment(env, { lan = false, file }) {
  if (lan && !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, makeSecrets(), { mode: 0o600 });
  }
  const secrets = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const all = { ...secrets, HOST: lan ? '0.0.0.0' : '127.0.0.1' };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !env[name]));
}

function makeSecrets() {
  const secret = () => randomBytes(36).toString('base64');
  return [
    '# Made at random by `npm start -- --lan`. Without this file nobody who registered since can log in.',
    `JWT_SECRET=${secret()}`,
    `PASSWORD_PEPPER=2:${secret()}`,
    `PASSWORD_PEPPER_PREVIOUS=${DEVELOPMENT_PEPPER}`,
    `SCHOOL_ADDRESS_SECRET=${secret()}`,
    '',
  ].join('\n');
}

/** This machine's first address in a network, such as 192.168.0.7; undefined without one. */
export function lanAddress(interfaces = networkInterfaces()) {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
