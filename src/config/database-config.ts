import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Environment } from './environment.js';

export interface DatabaseConfig {
  host: string;
  port: number;
  user: string;
  password: string;
  name: string;
  /** Connections this process opens at most. */
  poolSize: number;
  /** Absent where the connection is not encrypted. */
  tls?: DatabaseTls;
}

/** The server's certificate must be signed by one of the CAs and be made out to the host's name. */
export interface DatabaseTls {
  /** Certificates in PEM; without it Node's own roots. */
  ca: string | undefined;
}

export function readDatabase(read: Environment, production: boolean): DatabaseConfig {
  const poolSize = read.integer('DB_POOL_SIZE', 16, 2, 200);
  const tls = readTls(read, production);
  const server = readServer(read);
  // mysql2 compares the certificate with "localhost" where the host is a number.
  if (tls && isIP(server.host)) {
    read.refuse(
      'DB_TLS',
      `verifies the name in the certificate: MySQL must be given by its name then, not as ${server.host}`,
    );
  }
  return { ...server, poolSize, ...(tls && { tls }) };
}

type Server = Pick<DatabaseConfig, 'host' | 'port' | 'user' | 'password' | 'name'>;

function readServer(read: Environment): Server {
  const url = read.url('DATABASE_URL', ['mysql:']);
  if (url) return fromUrl(read, url);
  const host = read.text('DB_HOST');
  if (!host) read.refuse('DATABASE_URL', 'or DB_HOST must say where MySQL is (npm start brings a private one along)');
  return {
    host: withoutBrackets(host ?? ''),
    port: read.integer('DB_PORT', 3306, 1, 65_535),
    user: read.text('DB_USER', 'madang'),
    password: read.text('DB_PASSWORD', ''),
    name: read.text('DB_NAME', 'madang'),
  };
}

function fromUrl(read: Environment, url: URL): Server {
  const name = decodeURIComponent(url.pathname.slice(1));
  // A slash in a password without percent-encoding would change host and name.
  if (!name || name.includes('/')) {
    read.refuse('DATABASE_URL', 'must end in the name of a database, as in mysql://user:password@host/madang');
  } else if (!url.hostname || url.hostname.includes('%')) {
    read.refuse('DATABASE_URL', 'must name the host of MySQL, as in mysql://user:password@host/madang');
  }
  // Other programs read ssl-mode there. Here it has no effect, so it is refused.
  if (url.search || url.hash) {
    read.refuse(
      'DATABASE_URL',
      'must end with the name of the database: no ?parameters; DB_TLS and DB_CA_FILE say how',
    );
  }
  return { ...serverOf(url), name };
}

/** The server and the log-in that `mysql://user:password@host:3306` names. */
export function serverOf(url: URL): Pick<DatabaseConfig, 'host' | 'port' | 'user' | 'password'> {
  return {
    host: withoutBrackets(url.hostname),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** `::1` of `[::1]`, as a URL has it and a socket does not. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function readTls(read: Environment, production: boolean): DatabaseTls | undefined {
  const mode = read.choice('DB_TLS', production ? 'verify' : 'off', ['off', 'verify']);
  const file = read.text('DB_CA_FILE');
  if (mode === 'verify') return { ca: file && readCertificates(read, file) };
  // A CA without TLS would have no effect, so it is refused.
  if (file) read.refuse('DB_CA_FILE', 'is of no use while DB_TLS is off: set DB_TLS=verify, or leave it out');
  return undefined;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readCertificates(read: Environment, file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    read.refuse('DB_CA_FILE', `cannot be read: ${(error as Error).message}`);
    return undefined;
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) read.refuse('DB_CA_FILE', `has no certificate in it (PEM): ${file}`);
  const broken = certificates.findIndex((one) => !isCertificate(one));
  if (broken >= 0) read.refuse('DB_CA_FILE', `has a certificate that is none, number ${broken + 1} in ${file}`);
  return certificates.join('\n');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
