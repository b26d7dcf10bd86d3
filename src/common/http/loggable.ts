import { databaseErrorOf } from '../../database/mysql-errors.js';

const HIDDEN = '[hidden]';
/** Names of secrets, in small letters without `-` and `_`. A harmless `tokenType` is hidden as well, and not missed. */
const SECRET = /password|passwd|pepper|secret|token|authorization|cookie|apikey|(smtp|database|redis)url/;
/** A request id has the length of a token, but is not secret. It stays visible, so that an operator can search for it. */
const REQUEST_ID = 'reqId';
const MAX_DEPTH = 6;
const MAX_TEXT = 2_000;

/** A quick test: only texts that match it can match a pattern of `loggableText`. */
const SUSPICIOUS = /[@\s]|\/calendars\/|[\w-]{32}/;

/**
 * Hides secrets in a text for the log: user and password in a URL, mail addresses, and words of a token's length. Text
 * that users wrote is never logged; see `loggableError`.
 */
function loggableText(text: string): string {
  const short = shortened(text);
  if (!SUSPICIOUS.test(short)) return short;
  return short
    .replace(/:\/\/\S*@/g, `://${HIDDEN}@`)
    .replace(/\b(Bearer|Basic)\s+\S+/gi, `$1 ${HIDDEN}`)
    .replace(/(\/calendars\/)[^\s/]+/g, `$1${HIDDEN}`)
    .replace(/[^\s@<>"'`=:(),;[\]]{1,64}@[^\s@<>"'`=:(),;[\]]+\.[\p{L}\d-]+/gu, '[address]')
    .replace(/[\w-]{32,}/g, HIDDEN);
}

/** Without the word at the cut: half of a secret does not look like one. */
function shortened(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const [whole = ''] = /^.*\s/s.exec(text.slice(0, MAX_TEXT)) ?? [];
  return `${whole}…`;
}

/** A value for the log: values named like a secret are hidden, texts and errors are made loggable. */
export function loggable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return loggableText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (isError(value)) return loggableError(value);
  if (depth === MAX_DEPTH) return '[…]';
  if (Array.isArray(value)) return value.map((item) => loggable(item, depth + 1));
  // Requests, sockets and configurations have large object graphs with secrets in them.
  if (!isPlain(value)) return `[${value.constructor.name}]`;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, loggableMember(key, item, depth)]));
}

function loggableMember(key: string, value: unknown, depth: number): unknown {
  if (key === REQUEST_ID) return value;
  return isSecret(key) ? HIDDEN : loggable(value, depth + 1);
}

/** The answers for the names that were logged first: nearly all lines have the same few. */
const secrecy = new Map<string, boolean>();
const MAX_NAMES = 500;

function isSecret(key: string): boolean {
  const known = secrecy.get(key);
  if (known !== undefined) return known;
  const result = SECRET.test(key.replace(/[-_]/g, '').toLowerCase());
  if (secrecy.size < MAX_NAMES) secrecy.set(key, result);
  return result;
}

function isPlain(value: object): boolean {
  return value.constructor === undefined || value.constructor.name === 'Object';
}

/**
 * Only the parts that help to find a fault. An error's own members may be a statement with its parameters, a request
 * with its headers, a configuration with its password. Causes are reduced in the same way.
 */
function loggableError(error: Error, depth = 0): object {
  const { code, errno, cause } = error as Error & { code?: unknown; errno?: unknown };
  return {
    type: error.constructor?.name ?? error.name,
    message: messageOf(error),
    code: typeof code === 'string' ? loggableText(code) : undefined,
    errno: typeof errno === 'number' ? errno : undefined,
    stack: framesOf(error),
    ...(isError(cause) && depth < MAX_DEPTH ? { cause: loggableError(cause, depth + 1) } : {}),
  };
}

/** These errors of MySQL quote our own names only: users, databases, columns, tables. An operator needs them. */
const QUOTES_NO_VALUE = new Set([1044, 1045, 1049, 1054, 1146]);

/** MySQL and JSON.parse quote the faulty text. Only the index or column is kept. */
function messageOf(error: Error): string {
  const message = String(error.message);
  const { sqlMessage, errno = 0 } = databaseErrorOf(error) ?? {};
  if (QUOTES_NO_VALUE.has(errno)) return loggableText(message);
  if (sqlMessage === undefined)
    return loggableText(message.endsWith(' is not valid JSON') ? unquoted(message) : message);
  const [kept] = /( for (key|column) '[\w.]+'( at row \d+)?)?$/.exec(message)!;
  return loggableText(message.slice(0, message.length - kept.length).replace(/'.*'/s, "'…'")) + kept;
}

/** From the first quotation mark to the last: a `".*"` with conditions takes cubic time. */
function unquoted(message: string): string {
  const [from, to] = [message.indexOf('"'), message.lastIndexOf('"')];
  return from < to ? `${message.slice(0, from)}"…"${message.slice(to + 1)}` : message;
}

/** The stack without the message before it, which may have several lines. */
function framesOf({ stack, message }: Error): string {
  return String(stack ?? '')
    .replace(message, () => '')
    .split('\n')
    .filter((line) => /^\s+at \S/.test(line))
    .join('\n');
}

/** Not `instanceof`: an error of the network belongs to another realm in the test runner. */
function isError(value: unknown): value is Error {
  return (
    value instanceof Error ||
    (typeof value === 'object' && value !== null && 'stack' in value && 'message' in value && !('toJSON' in value))
  );
}
