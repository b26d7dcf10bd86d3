import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { ExpectedVersion, Versioned } from '../common/http/answer.js';
import { invalidField } from '../common/http/validation.js';
import { EditConflict } from '../common/problems/general.errors.js';
import type { Me, Role } from '../common/viewer.js';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { isDuplicate } from '../database/mysql-errors.js';
import { date, float, ROW_ID, int, selection, text } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { Account } from './account.entity.js';
import { isLabel, isReservedNickname, isReservedUsername, USERNAME } from './account-names.js';
import {
  accountView,
  VIEWED,
  profileView,
  type AccountChanges,
  type AccountView,
  type ProfileView,
} from './accounts.dto.js';
import { AccountNotFound, UsernameTaken } from './accounts.errors.js';
import { lockAdmins } from './hold-account.js';
import type { Asker } from './passwords/hash-queue.js';
import { checkPassword, type PasswordOwner } from './passwords/password-rules.js';
import { Passwords, type HashKind, type PasswordHash } from './passwords/passwords.js';
import { SessionEnded } from './sessions/sessions.errors.js';

const PROFILE = selection({ id: int('id'), nickname: text('nickname'), createdAt: date('created_at') });
const HASH_KIND = selection({
  version: int('hash_version'),
  pepperVersion: int('pepper_version'),
  cost: float('SUBSTRING(password_hash, 5, 2) + 0'),
  accounts: int('COUNT(*)'),
});

export interface NewAccount {
  username: string;
  password: string;
  nickname: string;
  /** Not confirmed yet: only the password is compared with it. */
  email?: string;
  role?: Role;
}

export interface CountedHashKind extends HashKind {
  accounts: number;
  isCurrent: boolean;
}

/** Reads and writes `accounts`. `SessionsService` decides on an account's access. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Checks names and password. Returns the hash: hashing is too slow for a transaction. */
  async checkNewAccount(
    { username, password, nickname, email, role }: NewAccount,
    asker: Asker,
  ): Promise<PasswordHash> {
    if (isReservedUsername(username)) {
      throw invalidField('#/username', 'RESERVED', 'is reserved', '사용할 수 없는 아이디입니다');
    }
    // Only operators create accounts with a role. They may use a nickname that is reserved for operators.
    if (role === undefined || isLabel(nickname)) checkNickname(nickname);
    this.checkPassword(password, { username, nickname, email }, '#/password');
    // Saves the expensive hash. The unique index decides between parallel requests.
    const taken = await this.database.selectOne(ROW_ID, 'FROM accounts WHERE username_key = ?', [
      username.toLowerCase(),
    ]);
    if (taken) throw new UsernameTaken();
    return this.passwords.hash(password, asker);
  }

  /** @param pointer the field to blame @throws InvalidInput */
  checkPassword(password: string, owner: PasswordOwner, pointer: string): void {
    checkPassword(password, owner, this.config.campusNames, pointer);
  }

  /** @throws UsernameTaken */
  async create(tx: Transaction, account: NewAccount, { hash, pepperVersion, version }: PasswordHash): Promise<Account> {
    const row: Omit<Account, 'id'> = {
      username: account.username,
      usernameKey: account.username.toLowerCase(),
      nickname: account.nickname,
      passwordHash: hash,
      pepperVersion,
      hashVersion: version,
      role: account.role ?? 'member',
      email: null,
      emailKey: null,
      verifiedUntil: null,
      leavingAt: null,
      leavingContent: null,
      version: 1,
      createdAt: this.clock.now(),
    };
    try {
      const id = await tx.insert(Account, row);
      return { ...row, id: id };
    } catch (error) {
      throw isDuplicate(error, 'accounts_username') ? new UsernameTaken() : error;
    }
  }

  /** `null` also for an account that is leaving. */
  async byUsername(username: string): Promise<Account | null> {
    // MySQL refuses to compare the ASCII column with other characters.
    if (!USERNAME.test(username)) return null;
    return (await this.database.find(Account, { usernameKey: username.toLowerCase(), leavingAt: null })) ?? null;
  }

  /** @throws SessionEnded when the account has left since the request was authorised */
  async mine(me: Me): Promise<Account> {
    const account = await this.database.find(Account, { id: me.id, leavingAt: null });
    if (!account) throw new SessionEnded();
    return account;
  }

  async me(me: Me): Promise<Versioned<AccountView>> {
    const account = await this.mine(me);
    return { version: account.version, view: accountView(account, this.clock.now()) };
  }

  /** @throws EditConflict when `expected` does not include the current version */
  async change(me: Me, changes: AccountChanges, expected: ExpectedVersion): Promise<Versioned<AccountView>> {
    return this.database.transaction(async (tx) => {
      const account = await tx.lock(Account, { id: me.id }, [...VIEWED, 'version']);
      if (!account) throw new SessionEnded();
      if (expected && !expected.includes(account.version)) throw new EditConflict();
      const nickname = changes.nickname ?? account.nickname;
      if (nickname !== account.nickname) {
        checkNickname(nickname);
        account.nickname = nickname;
        account.version += 1;
        await tx.update(Account, { id: me.id }, { nickname, version: account.version });
      }
      return { version: account.version, view: accountView(account, this.clock.now()) };
    });
  }

  /** @throws AccountNotFound also for an account that is leaving */
  async profile(id: number): Promise<ProfileView> {
    const row = await this.database.selectOne(PROFILE, 'FROM accounts WHERE id = ? AND leaving_at IS NULL', [id]);
    if (!row) throw new AccountNotFound();
    return profileView(row);
  }

  /** For operators. @returns the account's id, or the reason of a refusal */
  changeRole(username: string, role: Role): Promise<number | 'no account' | 'last admin'> {
    return this.database.transaction(async (tx) => {
      const admins = await lockAdmins(tx);
      const account = await tx.lock(Account, { usernameKey: username.toLowerCase(), leavingAt: null }, ['id']);
      if (!account) return 'no account';
      if (role !== 'admin' && admins.length === 1 && admins[0].id === account.id) return 'last admin';
      await tx.run('UPDATE accounts SET role = ? WHERE id = ?', [role, account.id]);
      return account.id;
    });
  }

  async setPassword(tx: Transaction, id: number, { hash, pepperVersion, version }: PasswordHash): Promise<void> {
    await tx.update(Account, { id }, { passwordHash: hash, pepperVersion, hashVersion: version });
  }

  /** Stores a new hash unless another one was stored meanwhile. Returns whether it did. Locks the account. */
  async replacePassword(tx: Transaction, account: Account, replacement: PasswordHash): Promise<boolean> {
    const { hash, pepperVersion, version } = replacement;
    const { affectedRows } = await tx.run(
      `UPDATE accounts SET password_hash = ?, pepper_version = ?, hash_version = ?
        WHERE id = ? AND password_hash = ?`,
      [hash, pepperVersion, version, account.id, account.passwordHash],
    );
    return affectedRows === 1;
  }

  /** Number of accounts by kind of hash, the newest kind first. */
  async hashKinds(): Promise<CountedHashKind[]> {
    const rows = await this.database.select(
      HASH_KIND,
      'FROM accounts WHERE leaving_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2 DESC, 3 DESC',
    );
    return rows.map((row) => ({ ...row, isCurrent: this.passwords.isCurrentKind(row) }));
  }
}

function checkNickname(nickname: string): void {
  if (!isReservedNickname(nickname)) return;
  throw invalidField('#/nickname', 'RESERVED', 'is reserved', '사용할 수 없는 닉네임입니다');
}
