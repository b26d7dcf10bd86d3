import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { parseEnv } from 'node:util';

// Address and secrets of the server of `npm start`.

/** The published secrets are safe on 127.0.0.1 only. In the LAN anybody could forge tokens with them. */
const DEVELOPMENT_PEPPER = '1:development-only-password-pepper-development-only';

/**
 * Values for variables that the environment does not set. With `lan` the server listens on all addresses, with random
 * secrets. They are kept in `file`, because the passwords in this database depend on them.
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

/** This machine's first address in a network, such as 192.168.0.7; undefined if there is none. */
export function lanAddress(interfaces = networkInterfaces()) {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
