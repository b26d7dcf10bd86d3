import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { InvalidConfig, loadConfig } from '../../src/config/config.js';
import { CLOSE_SECONDS } from '../../src/stop.js';

const text = readFileSync('.env.example', 'utf8');
/** `NAME=value`, also in comments. */
const listed = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);

/** The names of all variables that the configuration reads, in several situations. */
function variablesAskedFor(): string[] {
  const names = new Set<string>();
  const situations = [
    {},
    { DATABASE_URL: 'mysql://h/n' },
    { NODE_ENV: 'production' },
    { SCHOOL_EMAIL_DOMAINS: 'a.kr' },
  ];
  for (const situation of situations) {
    const env = new Proxy<NodeJS.ProcessEnv>(situation, {
      get: (target, name: string) => {
        names.add(name);
        return target[name];
      },
    });
    try {
      loadConfig(env);
    } catch (error) {
      if (!(error instanceof InvalidConfig)) throw error;
    }
  }
  return [...names];
}

describe('docker-compose', () => {
  it.each([
    ['docker-compose.yml', 'development'],
    ['docker-compose.prod.yml', 'production'],
  ])('%s gives the server more time to stop than it needs', (file, environment) => {
    const random = () => randomBytes(36).toString('base64');
    const secrets = { JWT_SECRET: random(), PASSWORD_PEPPER: `1:${random()}`, SMTP_URL: 'smtp://mail.campus' };
    const config = loadConfig({ NODE_ENV: environment, DB_HOST: 'database.campus', ...secrets });
    const [grace] = /stop_grace_period: (\d+)s/.exec(readFileSync(file, 'utf8').split('services:')[0])!.slice(1);
    expect(Number(grace)).toBeGreaterThan(config.shutdownDelaySeconds + config.drainSeconds + CLOSE_SECONDS);
  });
});

describe('.env.example', () => {
  it('has every variable of the configuration once, and no other', () => {
    expect([...listed].sort()).toEqual(variablesAskedFor().sort());
  });

  it('works unchanged on a laptop', () => {
    expect(() => loadConfig({ ...parseEnv(text), DB_HOST: '127.0.0.1' })).not.toThrow();
  });

  it('works with every example in it', () => {
    const all = parseEnv(text.replace(/^# (?=[A-Z][A-Z0-9_]*=)/gm, ''));
    expect(loadConfig({ ...all, NODE_ENV: 'test' }).corsOrigins).toHaveLength(2);
  });

  it('does not start in production: each secret is refused by its name', () => {
    const start = () =>
      loadConfig({ ...parseEnv(text), NODE_ENV: 'production', SCHOOL_EMAIL_DOMAINS: 'campus.example' });
    expect(start).toThrow(/JWT_SECRET is the example value/);
    expect(start).toThrow(/PASSWORD_PEPPER is the example value/);
    expect(start).toThrow(/SCHOOL_ADDRESS_SECRET is the example value/);
  });
});
