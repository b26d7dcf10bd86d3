import { isIP } from 'node:net';
import { readDatabase, type DatabaseConfig } from './database-config.js';
import { Environment } from './environment.js';
import { isTimeZone } from './time-zone.js';

/** Values for a laptop. .env.example has them too, and production refuses to start with them. */
const DEVELOPMENT_JWT_SECRET = 'development-only-jwt-secret-development-only';
const DEVELOPMENT_PEPPER = '1:development-only-password-pepper-development-only';
const DEVELOPMENT_SCHOOL_SECRET = 'development-only-school-address-secret-development-only';
/** Pages that a front-end developer serves on the same machine. */
const LOCAL_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;
const MIN_SECRET_LENGTH = 32;
/** Random 32 hexadecimal digits have fewer than eight different ones once in 25 million times. */
const MIN_DIFFERENT = 8;

/** A secret with its version, which is stored beside each value made with it. */
export interface VersionedSecret {
  version: number;
  secret: string;
}

/** The operator's settings: read once at the start from the environment, checked, then fixed. */
export class Config {
  environment: 'development' | 'test' | 'production';
  host: string;
  port: number;
  /** Without a slash at its end; stands in the OpenAPI document, and is an origin that may use the refresh cookie. */
  publicUrl: string;
  trustedProxies: string[];
  /** Pages that may call from a browser. */
  corsOrigins: (string | RegExp)[];
  logLevel: string;
  campusTimeZone: string;
  database: DatabaseConfig;
  redisUrl: string | undefined;
  rateLimits: boolean;
  /** The first signs; the second, if there is one, is still accepted. */
  jwtSecrets: string[];
  jwtIssuer: string;
  jwtAudience: string;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  /** From the log-in to the end of its session, however often it is refreshed. */
  sessionMaxSeconds: number;
  /** The first is used for new passwords; the second, if there is one, still checks old ones. */
  passwordPeppers: VersionedSecret[];
  bcryptCost: number;
  smtpUrl: string | undefined;
  mailFrom: string;
  mailDirectory: string;
  /** Domains; `*.` before one allows those below it, and not itself. */
  schoolEmailDomains: string[];
  /** No password may hold one of them. */
  campusNames: string[];
  /** Keys the stored hashes of school addresses. It never rotates: with another one no ban would be found again. */
  schoolAddressSecret: string;
  schoolVerificationDays: number;
  hotThreshold: number;
  /** From SIGTERM, not ready, until no more connections are taken. */
  shutdownDelaySeconds: number;
  drainSeconds: number;
  loadShedding: boolean;
  /** Whether rows that requests look up at the same time are read in one statement. */
  batching: boolean;
  maxConnections: number;

  /** Whether a page on this origin may call from a browser. */
  allowsOrigin(origin: string): boolean {
    return this.corsOrigins.some((one) => (typeof one === 'string' ? one === origin : one.test(origin)));
  }

  get production(): boolean {
    return this.environment === 'production';
  }
}

export class InvalidConfig extends Error {}

/**
 * @param env the process's environment
 * @throws InvalidConfig with one line for each variable that is missing or wrong
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const read = new Environment(env);
  const config = new Config();
  config.environment = read.choice('NODE_ENV', 'development', ['development', 'test', 'production']);
  readServer(read, config);
  config.database = readDatabase(read, config.production);
  readSecrets(read, config);
  readMail(read, config);
  readSchool(read, config);
  config.hotThreshold = read.integer('HOT_THRESHOLD', 10, 1, 10_000);
  if (read.complaints.length > 0) {
    throw new InvalidConfig(`The configuration is not valid:\n${read.complaints.map((c) => `  - ${c}`).join('\n')}`);
  }
  return config;
}

/** For programs: the environment's configuration. Errors go to stderr and end the process, without a stack. */
export function configOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function readServer(read: Environment, config: Config): void {
  config.host = read.text('HOST', '0.0.0.0');
  config.port = read.integer('PORT', 3000, 0, 65_535);
  config.publicUrl = (read.url('PUBLIC_URL', ['http:', 'https:'])?.href ?? `http://localhost:${config.port}`).replace(
    /\/$/,
    '',
  );
  config.trustedProxies = read.list('TRUSTED_PROXIES');
  for (const proxy of config.trustedProxies) {
    if (!isNetwork(proxy)) read.refuse('TRUSTED_PROXIES', `has "${proxy}", which is no address or network`);
  }
  const corsOrigins = read.list('CORS_ORIGINS');
  for (const origin of corsOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      read.refuse('CORS_ORIGINS', `has "${origin}", which is no origin such as https://campus.example`);
    }
  }
  config.corsOrigins = config.environment === 'development' ? [...corsOrigins, LOCAL_ORIGIN] : corsOrigins;
  config.logLevel = read.choice('LOG_LEVEL', 'info', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);
  config.campusTimeZone = read.text('CAMPUS_TIME_ZONE', 'Asia/Seoul');
  if (!isTimeZone(config.campusTimeZone)) {
    read.refuse('CAMPUS_TIME_ZONE', `must be a zone such as Asia/Seoul, not "${config.campusTimeZone}"`);
  }
  config.redisUrl = read.url('REDIS_URL', ['redis:', 'rediss:'])?.href;
  config.rateLimits = read.choice('RATE_LIMITS', 'on', ['on', 'off']) === 'on';
  if (config.production && !config.rateLimits) read.refuse('RATE_LIMITS', 'cannot be off in production');
  config.shutdownDelaySeconds = read.integer('SHUTDOWN_DELAY', config.production ? 15 : 0, 0, 300);
  config.drainSeconds = read.integer('DRAIN_SECONDS', 20, 1, 300);
  config.loadShedding = read.choice('LOAD_SHEDDING', 'on', ['on', 'off']) === 'on';
  config.batching = read.choice('BATCHING', 'on', ['on', 'off']) === 'on';
  config.maxConnections = read.integer('MAX_CONNECTIONS', 10_000, 1, 1_000_000);
}

/** An address, or a network such as 10.0.0.0/8. Not 0.0.0.0/0: that would trust everybody. */
function isNetwork(text: string): boolean {
  const [, address, bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address ?? '');
  if (bits === undefined) return version > 0;
  return version > 0 && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128);
}

function readSecrets(read: Environment, config: Config): void {
  const jwtSecret = readSecret(read, config, 'JWT_SECRET', DEVELOPMENT_JWT_SECRET);
  const previous = readSecret(read, config, 'JWT_SECRET_PREVIOUS');
  config.jwtSecrets = previous ? [jwtSecret, previous] : [jwtSecret];
  config.jwtIssuer = read.text('JWT_ISSUER', 'madang');
  config.jwtAudience = read.text('JWT_AUDIENCE', 'madang-api');
  config.accessTokenSeconds = read.integer('ACCESS_TOKEN_MINUTES', 15, 1, 30) * 60;
  config.refreshTokenSeconds = read.integer('REFRESH_TOKEN_DAYS', 14, 1, 90) * 86_400;
  config.sessionMaxSeconds = read.integer('SESSION_MAX_DAYS', 180, 1, 730) * 86_400;
  config.passwordPeppers = readPeppers(read, config);
  // OWASP's floor for bcrypt is 10; tests go lower.
  config.bcryptCost = read.integer('BCRYPT_COST', 10, config.environment === 'test' ? 4 : 10, 15);
}

function readPeppers(read: Environment, config: Config): VersionedSecret[] {
  const peppers = [parsePepper(read, config, 'PASSWORD_PEPPER', DEVELOPMENT_PEPPER)];
  if (read.text('PASSWORD_PEPPER_PREVIOUS')) peppers.push(parsePepper(read, config, 'PASSWORD_PEPPER_PREVIOUS'));
  const [{ version, secret }, previous] = peppers;
  if (previous?.version === version) read.refuse('PASSWORD_PEPPER_PREVIOUS', 'must have another version');
  if (secret && config.jwtSecrets.includes(secret)) read.refuse('PASSWORD_PEPPER', 'must not be the JWT secret');
  return peppers;
}

function parsePepper(read: Environment, config: Config, name: string, forDevelopment?: string): VersionedSecret {
  const text = read.text(name) ?? (config.production ? undefined : forDevelopment);
  const [, version, secret] = /^(\d{1,4}):(.+)$/s.exec(text ?? '') ?? [];
  if (text && !secret) read.refuse(name, 'must be a version and a secret, as in 1:a-long-random-secret');
  else checkSecret(read, config, name, secret ?? '');
  return { version: Number(version), secret: secret ?? '' };
}

/** @param forDevelopment the value outside of production; without it the secret is optional */
function readSecret(read: Environment, config: Config, name: string, forDevelopment?: string): string {
  const secret = read.text(name) ?? (config.production ? undefined : forDevelopment) ?? '';
  if (secret || forDevelopment) checkSecret(read, config, name, secret);
  return secret;
}

function checkSecret(read: Environment, config: Config, name: string, secret: string): void {
  if (!config.production) return;
  if (!secret) read.refuse(name, 'is missing');
  else if (secret.length < MIN_SECRET_LENGTH) read.refuse(name, `must have at least ${MIN_SECRET_LENGTH} characters`);
  else if (new Set(secret).size < MIN_DIFFERENT) read.refuse(name, 'is no random value');
  else if (/development-only|change-?me|example/i.test(secret)) read.refuse(name, 'is the example value');
}

function readSchool(read: Environment, config: Config): void {
  config.schoolEmailDomains = read.list('SCHOOL_EMAIL_DOMAINS').map((domain) => domain.toLowerCase());
  for (const domain of config.schoolEmailDomains) {
    if (!/^(\*\.)?([a-z\d-]+\.)+[a-z]{2,63}$/.test(domain)) {
      read.refuse(
        'SCHOOL_EMAIL_DOMAINS',
        `has "${domain}", which is no domain such as campus.example or *.campus.example`,
      );
    }
  }
  config.campusNames = [...read.list('CAMPUS_NAMES'), ...config.schoolEmailDomains.flatMap(namesIn), '마당', 'Madang'];
  config.schoolVerificationDays = read.integer('SCHOOL_VERIFICATION_DAYS', 365, 1, 3650);
  // Needed where students are verified at all.
  const needed = config.schoolEmailDomains.length > 0 || !config.production;
  config.schoolAddressSecret = readSecret(
    read,
    config,
    'SCHOOL_ADDRESS_SECRET',
    needed ? DEVELOPMENT_SCHOOL_SECRET : undefined,
  );
}

/** `*.snu.ac.kr` has the name `snu`. */
function namesIn(domain: string): string[] {
  return domain.split('.').filter((label) => label.length > 2 && !/^(edu|com|net|org|mail|example)$/.test(label));
}

function readMail(read: Environment, config: Config): void {
  config.smtpUrl = read.url('SMTP_URL', ['smtp:', 'smtps:'])?.href;
  // Without a mail server, mails (with their codes) would go to a folder and the log: fine on a laptop only.
  if (config.production && !config.smtpUrl) read.refuse('SMTP_URL', 'is missing');
  config.mailFrom = read.text('MAIL_FROM', 'Madang <no-reply@localhost>');
  config.mailDirectory = read.text('MAIL_DIRECTORY', '.data/mail');
}
