import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidConfig, loadConfig } from './config.js';

const random = (letter: string) => `${letter}0123456789abcdef0123456789abcdef`;
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'mysql://madang:p%40ss@db.internal/madang',
  JWT_SECRET: random('j'),
  PASSWORD_PEPPER: `1:${random('p')}`,
  SMTP_URL: 'smtp://user:secret@mail.internal',
};

/** What an operator reads when the start is refused; empty when it is not. */
function refusal(env: Record<string, string | undefined>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidConfig);
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
}

describe('in development', () => {
  it('only the database has to be named', () => {
    expect(refusal({})).toEqual([expect.stringContaining('DATABASE_URL')]);
    const config = loadConfig({ DB_HOST: 'localhost' });
    expect(config).toMatchObject({
      environment: 'development',
      accessTokenSeconds: 900,
      refreshTokenSeconds: 14 * 86_400,
    });
    expect(config.passwordPeppers[0].secret).not.toBe(config.jwtSecrets[0]);
  });

  it('secrets may be short', () => {
    expect(refusal({ DB_HOST: 'x', JWT_SECRET: 'short', PASSWORD_PEPPER: '1:shorter' })).toEqual([]);
  });
});

describe('in production', () => {
  it('starts on secrets of its own', () => {
    const config = loadConfig(PRODUCTION);
    expect(config.production).toBe(true);
    expect(config.database).toMatchObject({ host: 'db.internal', port: 3306, password: 'p@ss', name: 'madang' });
    expect(config.passwordPeppers).toEqual([{ version: 1, secret: random('p') }]);
  });

  const example = 'development-only-jwt-secret-development-only';
  it.each<[string, Record<string, string | undefined>, string]>([
    ['no JWT secret', { JWT_SECRET: undefined }, 'JWT_SECRET is missing'],
    ['an empty one', { JWT_SECRET: '  ' }, 'JWT_SECRET is missing'],
    ['a short one', { JWT_SECRET: random('j').slice(0, 31) }, 'JWT_SECRET must have at least 32 characters'],
    ['the example', { JWT_SECRET: example }, 'JWT_SECRET is the example value'],
    ['an example', { JWT_SECRET: 'please-change-me-please-change-me-1' }, 'JWT_SECRET is the example value'],
    ['one letter', { JWT_SECRET: 'a'.repeat(64) }, 'JWT_SECRET is no random value'],
    ['a short previous one', { JWT_SECRET_PREVIOUS: 'short' }, 'JWT_SECRET_PREVIOUS must have at least 32 characters'],
    ['the example as the previous one', { JWT_SECRET_PREVIOUS: example }, 'JWT_SECRET_PREVIOUS is the example value'],
    ['no pepper', { PASSWORD_PEPPER: undefined }, 'PASSWORD_PEPPER is missing'],
    ['a pepper without a version', { PASSWORD_PEPPER: random('p') }, 'PASSWORD_PEPPER must be a version and a secret'],
    [
      'a pepper that is short but for its version',
      { PASSWORD_PEPPER: `9999:${random('p').slice(0, 30)}` },
      'PASSWORD_PEPPER must have at least 32',
    ],
    [
      'the example pepper',
      { PASSWORD_PEPPER: '1:development-only-password-pepper-development-only' },
      'PASSWORD_PEPPER is the example value',
    ],
    ['the JWT secret as pepper', { PASSWORD_PEPPER: `1:${random('j')}` }, 'PASSWORD_PEPPER must not be the JWT secret'],
    [
      'the former JWT secret as pepper',
      { JWT_SECRET_PREVIOUS: random('p') },
      'PASSWORD_PEPPER must not be the JWT secret',
    ],
    [
      'a bad previous pepper',
      { PASSWORD_PEPPER_PREVIOUS: 'x' },
      'PASSWORD_PEPPER_PREVIOUS must be a version and a secret',
    ],
    ['a short previous pepper', { PASSWORD_PEPPER_PREVIOUS: '0:x' }, 'PASSWORD_PEPPER_PREVIOUS must have at least 32'],
    [
      'two peppers of one version',
      { PASSWORD_PEPPER_PREVIOUS: `01:${random('q')}` },
      'PASSWORD_PEPPER_PREVIOUS must have another version',
    ],
    [
      'a school that is no domain',
      { SCHOOL_EMAIL_DOMAINS: '@campus.example', SCHOOL_ADDRESS_SECRET: random('s') },
      'SCHOOL_EMAIL_DOMAINS has "@campus.example"',
    ],
    ['schools without their secret', { SCHOOL_EMAIL_DOMAINS: 'school.ac.kr' }, 'SCHOOL_ADDRESS_SECRET is missing'],
    ['no mail server', { SMTP_URL: undefined }, 'SMTP_URL is missing'],
    ['no rate limits', { RATE_LIMITS: 'off' }, 'RATE_LIMITS cannot be off in production'],
    ['a cheap bcrypt', { BCRYPT_COST: '4' }, 'BCRYPT_COST must be a whole number from 10 to 15'],
  ])('refuses %s', (_, env, complaint) => {
    expect(refusal({ ...PRODUCTION, ...env })).toEqual([expect.stringContaining(complaint)]);
  });

  it('names all that is wrong at once, and repeats no secret', () => {
    const env = {
      ...PRODUCTION,
      JWT_SECRET: 'hunter2',
      PASSWORD_PEPPER: '1:hunter3',
      SMTP_URL: 'http://user:hunter4@mail',
      DATABASE_URL: 'postgres://user:hunter5@db/x',
    };
    const lines = refusal(env);
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(
      ['DATABASE_URL', 'DATABASE_URL', 'JWT_SECRET', 'PASSWORD_PEPPER', 'SMTP_URL', 'SMTP_URL'].sort(),
    );
    expect(lines.join()).not.toContain('hunter');
  });
});

describe('a rotation', () => {
  it('signs with the first key and pepper and keeps the previous ones', () => {
    const config = loadConfig({
      ...PRODUCTION,
      JWT_SECRET_PREVIOUS: random('k'),
      PASSWORD_PEPPER: `2:${random('q')}`,
      PASSWORD_PEPPER_PREVIOUS: `1:${random('p')}`,
    });
    expect(config.jwtSecrets).toEqual([random('j'), random('k')]);
    expect(config.passwordPeppers.map(({ version }) => version)).toEqual([2, 1]);
  });
});

describe('where MySQL is', () => {
  const database = (env: Record<string, string>) => loadConfig(env).database;

  it('may be percent-encoded, and an IPv6 address, which a socket takes without brackets', () => {
    expect(database({ DATABASE_URL: 'mysql://ro%40ot:p%23w%2F%3A@[::1]:3307/ma%20dang' })).toMatchObject({
      ...{ host: '::1', port: 3307, user: 'ro@ot', password: 'p#w/:', name: 'ma dang' },
    });
    expect(database({ DB_HOST: '[::1]' }).host).toBe('::1');
  });
});

describe('a value', () => {
  it.each([
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['ACCESS_TOKEN_MINUTES', '31'],
    ['ACCESS_TOKEN_MINUTES', '0'],
    ['REFRESH_TOKEN_DAYS', '1e1'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, proxy.internal'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/a'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://campus.example/'],
    ['CAMPUS_TIME_ZONE', 'Mars/Olympus'],
    ['LOG_LEVEL', 'loud'],
    ['REDIS_URL', 'localhost:6379'],
    ['PUBLIC_URL', 'campus.example'],
    ['REDIS_URL', 'redis://:100%@cache:6379'],
    ['DATABASE_URL', 'mysql://db'],
    ['DATABASE_URL', 'mysql://u:100%@db/madang'],
    ['DATABASE_URL', 'mysql://u:1234/5@db/madang'],
    ['DATABASE_URL', 'mysql://u@db/madang/'],
    ['DATABASE_URL', 'mysql:///madang'],
    ['DATABASE_URL', 'mysql://u@%2Frun%2Fmysqld.sock/madang'],
    ['DATABASE_URL', 'mysql://db/madang?ssl-mode=DISABLED'],
    ['DATABASE_URL', 'mysql://db/madang#ssl'],
    ['DB_TLS', 'on'],
    ['DB_CA_FILE', '/etc/hostname'],
  ])('%s=%s is refused', (name, value) => {
    expect(refusal({ DB_HOST: 'x', [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it('is trimmed, and a list may have spaces', () => {
    const config = loadConfig({
      DB_HOST: ' db ',
      SCHOOL_EMAIL_DOMAINS: ' A.ac.kr , b.ac.kr,',
      PUBLIC_URL: 'https://campus.example/',
    });
    expect(config.database.host).toBe('db');
    expect(config.schoolEmailDomains).toEqual(['a.ac.kr', 'b.ac.kr']);
    expect(config.publicUrl).toBe('https://campus.example');
  });
});

describe('TLS to the database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'madang-ca-'));
  const bundle = join(folder, 'bundle.pem');
  const empty = join(folder, 'empty.pem');
  const broken = join(folder, 'broken.pem');
  beforeAll(() => {
    writeFileSync(bundle, `# two of them\n${rootCertificates[0]}\n${rootCertificates[1]}\n`);
    writeFileSync(empty, 'no certificate\n');
    writeFileSync(broken, `${rootCertificates[0]}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is verified in production, against the CAs that Node knows, and off on a laptop', () => {
    expect(loadConfig(PRODUCTION).database.tls).toEqual({ ca: undefined });
    expect(loadConfig({ DB_HOST: '127.0.0.1' }).database).not.toHaveProperty('tls');
    expect(loadConfig({ ...PRODUCTION, DB_TLS: 'off' }).database).not.toHaveProperty('tls');
  });

  it('takes every certificate of the file', () => {
    const { tls } = loadConfig({ ...PRODUCTION, DB_CA_FILE: bundle }).database;
    expect(tls!.ca!.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it.each([
    ['a file that is not there', { DB_CA_FILE: join(folder, 'none.pem') }, 'DB_CA_FILE cannot be read: ENOENT'],
    ['a folder', { DB_CA_FILE: folder }, 'DB_CA_FILE cannot be read: EISDIR'],
    ['a file without a certificate', { DB_CA_FILE: empty }, 'DB_CA_FILE has no certificate in it'],
    ['a certificate that is none', { DB_CA_FILE: broken }, 'DB_CA_FILE has a certificate that is none, number 2'],
    ['a CA that nobody asks', { DB_CA_FILE: bundle, DB_TLS: 'off' }, 'DB_CA_FILE is of no use while DB_TLS is off'],
    ['an address', { DATABASE_URL: 'mysql://u:p@10.0.0.5/madang' }, 'DB_TLS verifies the name in the certificate'],
    ['an IPv6 address', { DATABASE_URL: 'mysql://u:p@[::1]/madang' }, 'DB_TLS verifies the name in the certificate'],
    ['a parameter', { DATABASE_URL: 'mysql://u:p@db/madang?ssl=false' }, 'DATABASE_URL must end with the name'],
  ])('refuses %s', (_, env, complaint) => {
    expect(refusal({ ...PRODUCTION, ...env })).toEqual([expect.stringContaining(complaint)]);
  });
});
