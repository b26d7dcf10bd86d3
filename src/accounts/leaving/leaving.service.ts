import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Background } from '../../common/background.js';
import { Clock } from '../../common/clock.js';
import { accountPath, Idempotency } from '../../common/idempotency/idempotency.js';
import { limit } from '../../common/limits/limit.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { int, selection, text, type RowOf } from '../../database/selection.js';
import { accountView } from '../accounts.dto.js';
import { LastAdminCannotLeave } from '../accounts.errors.js';
import { AccountsService } from '../accounts.service.js';
import { lockAdmins } from '../hold-account.js';
import { MailCodes } from '../addresses/mail-codes.js';
import { StudentVerificationService } from '../addresses/student-verification.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { ExportView } from './export.dto.js';
import { PersonalData } from './personal-data.js';

/**
 * Milliseconds that a request to leave waits for the removal, which goes on after the answer. With the hash and the locks
 * before it, the request must stay well below its deadline of 5 s.
 */
const MAX_WAIT = 1_500;
/** After this many seconds, assume that the instance crashed: a job finishes the removal. */
const CRASHED_AFTER = 60;
export const EXPORTS = limit({
  name: 'export',
  points: 5,
  seconds: 3600,
  by: ['account'],
  spentBy: 'guard',
  logged: true,
});

/** Of accounts with `leaving_at`, so `leaving_content` is not null. */
const LEAVING = selection({ id: int('id'), content: text<'keep' | 'remove'>('leaving_content') });
export type LeavingAccount = RowOf<typeof LEAVING>;

/** Leaving and the export: both go through all features that keep personal data. */
@Injectable()
export class LeavingService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly codes: MailCodes,
    private readonly studentVerification: StudentVerificationService,
    private readonly personalData: PersonalData,
    private readonly idempotency: Idempotency,
    private readonly background: Background,
    private readonly clock: Clock,
  ) {}

  async export(me: Me): Promise<ExportView> {
    const now = this.clock.now();
    const view: ExportView = {
      exportedAt: now.toISOString(),
      account: accountView(await this.accounts.mine(me), now),
      sessions: await this.sessions.all(me),
      pendingAddresses: await this.codes.pendingAddresses(me.id),
      schoolAddressesConfirmedAt: await this.studentVerification.confirmedAt(me.id),
    };
    for (const holder of this.personalData.all) view[holder.name] = await holder.export(me.id);
    return view;
  }

  /**
   * Ends the account and its sessions in one transaction. The removal of its content follows in the background; a job
   * finishes it after a crash.
   *
   * @throws LastAdminCannotLeave
   */
  async leave(me: Me, content: 'keep' | 'remove'): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (me.role === 'admin') {
        const admins = await lockAdmins(tx);
        if (admins.length === 1 && admins[0].id === me.id) throw new LastAdminCannotLeave();
      }
      await tx.run(
        `UPDATE accounts SET leaving_at = ?, leaving_content = ?, email = NULL, email_key = NULL, verified_until = NULL,
                password_hash = '' WHERE id = ?`,
        [this.clock.now(), content, me.id],
      );
      await this.sessions.endAll(tx, me.id);
      await this.codes.endAll(tx, me.id);
      await this.idempotency.forget(tx, accountPath(me.id));
    });
    const finished = this.background.run('account leaves', () => this.finish({ id: me.id, content }));
    await Promise.race([finished, sleep(MAX_WAIT, undefined, { ref: false })]);
  }

  /** Accounts whose removal a crash has interrupted. */
  forgotten(): Promise<LeavingAccount[]> {
    return this.database.select(LEAVING, 'FROM accounts WHERE leaving_at < ?', [this.clock.in(-CRASHED_AFTER)]);
  }

  /** Removes an account that is leaving. Safe to run on several instances at once. */
  async finish({ id: accountId, content }: LeavingAccount): Promise<void> {
    for (const holder of this.personalData.all) await holder.release(accountId, content);
    await this.database.transaction(async (tx) => {
      // The hash of a banned address stays, so that it verifies no other account.
      await tx.run('DELETE FROM school_addresses WHERE account_id = ? AND banned_at IS NULL', [accountId]);
      await tx.run('UPDATE school_addresses SET account_id = NULL WHERE account_id = ?', [accountId]);
      await this.idempotency.forgetAccount(tx, accountId);
      await tx.run('DELETE FROM accounts WHERE id = ?', [accountId]);
    });
  }
}
