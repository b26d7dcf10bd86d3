import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lanAddress, localEnvironment } from '../scripts/lib/local-environment.mjs';
import { loadConfig } from '../src/config/config.js';

describe('npm start', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'madang-local-'));
    file = join(folder, 'data/secrets.env');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('listens on 127.0.0.1, with the published secrets', () => {
    expect(localEnvironment({}, { file })).toEqual({ HOST: '127.0.0.1' });
  });

  it('listens on all addresses with --lan, with random secrets that are kept', () => {
    const first = localEnvironment({}, { lan: true, file });
    expect(first.HOST).toBe('0.0.0.0');
    const config = loadConfig({ ...first, DB_HOST: 'h' });
    expect(config.jwtSecrets).toEqual([first.JWT_SECRET]);
    expect(config.passwordPeppers.map(({ version }) => version)).toEqual([2, 1]);
    const secrets = [first.JWT_SECRET, first.PASSWORD_PEPPER, first.SCHOOL_ADDRESS_SECRET];
    expect(new Set(secrets).size).toBe(3);
    expect(secrets.join()).not.toMatch(/development/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(localEnvironment({}, { lan: true, file })).toEqual(first);
    expect(localEnvironment({}, { file })).toEqual({ ...first, HOST: '127.0.0.1' });
    expect(localEnvironment({}, { lan: true, file: `${file}2` }).JWT_SECRET).not.toBe(first.JWT_SECRET);
  });

  it('keeps variables of the environment', () => {
    const env = { HOST: '10.0.0.5', JWT_SECRET: 'mine' };
    const { HOST, JWT_SECRET, PASSWORD_PEPPER } = localEnvironment(env, { lan: true, file });
    expect([HOST, JWT_SECRET]).toEqual([undefined, undefined]);
    expect(readFileSync(file, 'utf8')).toContain(`PASSWORD_PEPPER=${PASSWORD_PEPPER}`);
  });

  it("accepts the demo's passwords after --lan, because they use the published pepper", () => {
    const before = loadConfig({ DB_HOST: 'h' }).passwordPeppers[0];
    const after = loadConfig({ ...localEnvironment({}, { lan: true, file }), DB_HOST: 'h' }).passwordPeppers;
    expect(after).toContainEqual(before);
  });

  it('prints an address of this machine in its network', () => {
    const loopback = { family: 'IPv4', internal: true, address: '127.0.0.1' };
    const wifi = { family: 'IPv4', internal: false, address: '192.168.0.7' };
    expect(lanAddress({ lo: [loopback], wlan0: [{ ...wifi, family: 'IPv6' }, wifi] } as never)).toBe('192.168.0.7');
    expect(lanAddress({ lo: [loopback] } as never)).toBeUndefined();
  });
});
