import { parseArgs } from 'node:util';
import type { AccountsService } from '../../accounts/accounts.service.js';
import { OPERATOR } from '../../accounts/passwords/hash-queue.js';
import { RegisterBody } from '../../accounts/sessions/sessions.dto.js';
import { InputPipe } from '../../common/http/validation.js';
import { Problem } from '../../common/problems/problem.js';
import type { SecurityEvents } from '../../common/security-events.js';
import type { Role } from '../../common/viewer.js';
import type { Database } from '../../database/database.js';
import { date, int, ROW_ID, selection, text } from '../../database/selection.js';

export const ADMIN_USAGE = `admin create USERNAME [--nickname NICKNAME]       makes an account with the role of admin
admin grant USERNAME admin|moderator|member       gives an account another role
admin list                                        shows admins and moderators
admin hashes                                      shows how many accounts have an old password hash
admin jobs                                        shows when each job ran, and the items that it could not finish
admin log-hash USERNAME                           prints the hash of an account in the log's security events

\`create\` asks for the password; without a terminal it reads it from MADANG_ADMIN_PASSWORD, or else the first line of
its input.`;

const ROLES: readonly Role[] = ['admin', 'moderator', 'member'];

const STAFF = selection({
  username: text('username'),
  nickname: text('nickname'),
  role: text<Role>('role'),
  createdAt: date('created_at'),
});
const JOB = selection({
  name: text('name'),
  lastEndedAt: date('last_ended_at', 'nullable'),
  dueAt: date('due_at'),
});
const JOB_FAILURE = selection({
  job: text('job'),
  item: int('item'),
  attempts: int('attempts'),
  reason: text('reason'),
  retryAt: date('retry_at'),
});

/** A refusal with a message for the operator; any other error is a bug. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

export interface Console {
  print(line: string): void;
  /** @throws Refused when there is none */
  readPassword(): Promise<string>;
}

/** @throws Refused */
export async function runAdmin(
  args: string[],
  database: Database,
  accounts: AccountsService,
  console: Console,
  events: SecurityEvents,
): Promise<void> {
  const [command, ...rest] = args;
  if (command === 'create') return create(parseCreate(rest), database, accounts, console, events);
  if (command === 'grant' && rest.length === 2) return grant(rest[0], rest[1], accounts, console, events);
  if (command === 'log-hash' && rest.length === 1) return printLogHash(rest[0], database, console, events);
  if (command === 'list' && rest.length === 0) return list(database, console);
  if (command === 'hashes' && rest.length === 0) return showHashes(accounts, console);
  if (command === 'jobs' && rest.length === 0) return showJobs(database, console);
  throw new Refused(ADMIN_USAGE, 2);
}

interface NewAdmin {
  username: string;
  nickname: string;
}

function parseCreate(args: string[]): NewAdmin {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { nickname: { type: 'string' } },
      allowPositionals: true,
    });
    const [username, ...others] = positionals;
    if (username && others.length === 0) return { username, nickname: values.nickname ?? username };
  } catch {
    // An option that does not exist, or one without its value.
  }
  throw new Refused(ADMIN_USAGE, 2);
}

/** By the rules of registration, but operators' nicknames are allowed, and no session begins. */
async function create(
  { username, nickname }: NewAdmin,
  database: Database,
  accounts: AccountsService,
  console: Console,
  events: SecurityEvents,
): Promise<void> {
  const password = await console.readPassword();
  try {
    const metadata = { type: 'body', metatype: RegisterBody } as const;
    const body = (await new InputPipe().transform({ username, nickname, password }, metadata)) as RegisterBody;
    const admin = { ...body, role: 'admin' } as const;
    const hash = await accounts.checkNewAccount(admin, OPERATOR);
    const account = await database.transaction((tx) => accounts.create(tx, admin, hash));
    events.report('role.changed', { accountId: account.id }, { role: 'admin' });
    console.print(`${account.username} (${account.nickname}) is an admin now and can log in.`);
  } catch (error) {
    throw error instanceof Problem ? new Refused(explain(error)) : error;
  }
}

function explain({ options, texts }: Problem): string {
  const errors = options.errors ?? [];
  if (errors.length === 0) return texts.en;
  return errors.map(({ pointer, texts }) => `The ${pointer.replace('#/', '')} ${texts.en}.`).join('\n');
}

/** The hash that marks an account's security events in the log. */
async function printLogHash(
  username: string,
  database: Database,
  console: Console,
  events: SecurityEvents,
): Promise<void> {
  const account = await database.selectOne(ROW_ID, 'FROM accounts WHERE username_key = ?', [username.toLowerCase()]);
  if (!account) throw new Refused(`There is no account "${username}".`);
  console.print(events.hashOfAccount(account.id));
}

async function grant(
  username: string,
  role: string,
  accounts: AccountsService,
  console: Console,
  events: SecurityEvents,
): Promise<void> {
  const known = ROLES.find((one) => one === role);
  if (!known) throw new Refused(`There is no role "${role}": ${ROLES.join(', ')}.`, 2);
  const accountId = await accounts.changeRole(username, known);
  if (accountId === 'no account') throw new Refused(`There is no account "${username}".`);
  if (accountId === 'last admin') throw new Refused(`${username} is the last admin: make another one first.`);
  events.report('role.changed', { accountId }, { role });
  console.print(`The role of ${username} is ${role} now.`);
}

async function list(database: Database, console: Console): Promise<void> {
  const staff = await database.select(
    STAFF,
    "FROM accounts WHERE role IN ('admin', 'moderator') AND leaving_at IS NULL ORDER BY role, id",
  );
  if (staff.length === 0) console.print('There is no admin yet: `admin create USERNAME` makes one.');
  for (const { username, nickname, role, createdAt } of staff) {
    console.print(
      `${role.padEnd(9)}  ${username.padEnd(20)}  since ${createdAt.toISOString().slice(0, 10)}  ${nickname}`,
    );
  }
}

async function showJobs(database: Database, console: Console): Promise<void> {
  const jobs = await database.select(JOB, 'FROM jobs ORDER BY name');
  const failures = await database.select(JOB_FAILURE, 'FROM job_failures ORDER BY job, item');
  if (jobs.length === 0) console.print('No job has run yet: the server runs them.');
  for (const { name, lastEndedAt, dueAt } of jobs) {
    console.print(`${name.padEnd(23)}  last ended ${shownTime(lastEndedAt)}  next ${shownTime(dueAt)}`);
    for (const { item, attempts, reason, retryAt } of failures.filter(({ job }) => job === name)) {
      console.print(`  item ${item} failed: attempts ${attempts}, ${reason}, next ${shownTime(retryAt)}`);
    }
  }
}

function shownTime(date: Date | null): string {
  return date ? `${date.toISOString().slice(0, 19)}Z` : 'never'.padEnd(20);
}

async function showHashes(accounts: AccountsService, console: Console): Promise<void> {
  const kinds = await accounts.hashKinds();
  for (const { version, pepperVersion, cost, isCurrent, accounts } of kinds) {
    const age = isCurrent ? 'current' : 'old';
    console.print(`${age.padEnd(7)}  version ${version}  pepper ${pepperVersion}  cost ${cost}  accounts ${accounts}`);
  }
  const count = (some: typeof kinds) => some.reduce((sum, { accounts }) => sum + accounts, 0);
  const old = count(kinds.filter(({ isCurrent }) => !isCurrent));
  console.print(`${old} of ${count(kinds)} accounts have an old password hash. It is renewed at their next log-in.`);
}
