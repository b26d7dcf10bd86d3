import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Background } from '../../common/background.js';
import { Clock } from '../../common/clock.js';
import { accountPath, Idempotency } from '../../common/idempotency/idempotency.js';
import { limit } from '../../common/limits/limit.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { accountView } from '../accounts.dto.js';
import { LastAdminCannotLeave } from '../accounts.errors.js';
import { AccountsService } from '../accounts.service.js';
import { MailCodes } from '../addresses/mail-codes.js';
import { StudentVerificationService } from '../addresses/student-verification.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { ExportView } from './export.dto.js';
import { PersonalData } from './personal-data.js';

/**
 * Longest time in milliseconds that a request to leave waits for the work; what is left goes on after the answer. With
 * the password and the locks before, it has to stay well below the request's deadline of 5 s.
 */
const PATIENCE = 1_500;
/** Whoever has been leaving for so many seconds is on no instance's hands any more: that one died. */
const FORGOTTEN_AFTER = 60;
/** An export reads everything of an account at once. */
export const EXPORTS = limit({
  name: 'export',
  points: 5,
  seconds: 3600,
  by: ['account'],
  spentBy: 'guard',
  logged: true,
});

export interface LeavingAccount {
  id: number;
  content: 'keep' | 'remove';
}

/** Leaving and the export: what touches everything that is known about one person. */
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

  /** Everything stored about me. */
  async export(me: Me): Promise<ExportView> {
    const now = this.clock.now();
    const data: ExportView = {
      exportedAt: now.toISOString(),
      account: accountView(await this.accounts.mine(me), now),
      sessions: await this.sessions.all(me),
      pendingAddresses: await this.codes.pendingAddresses(me.id),
      schoolAddressesConfirmedAt: await this.studentVerification.confirmedAt(me.id),
    };
    for (const holder of this.personalData.all) data[holder.name] = await holder.export(me.id);
    return data;
  }

  /**
   * Ends the account at once and durably: nobody logs in any more, no session lives. What it wrote is let go of right
   * after, and if the process dies meanwhile, by a job.
   *
   * @throws LastAdminCannotLeave
   */
  async leave(me: Me, content: 'keep' | 'remove'): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (me.role === 'admin') {
        const admins = await tx.rows<{ id: number }>(
          "SELECT id FROM accounts WHERE role = 'admin' AND leaving_at IS NULL FOR UPDATE",
        );
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
    await Promise.race([finished, sleep(PATIENCE, undefined, { ref: false })]);
  }

  /** The accounts that processes which died have left behind. */
  forgotten(): Promise<LeavingAccount[]> {
    return this.database.rows<LeavingAccount>(
      'SELECT id, leaving_content AS content FROM accounts WHERE leaving_at < ?',
      [this.clock.in(-FORGOTTEN_AFTER)],
    );
  }

  /** Deletes an account that is leaving. Any number of instances may do it at once. */
  async finish({ id: accountId, content }: LeavingAccount): Promise<void> {
    for (const holder of this.personalData.all) await holder.letGo(accountId, content);
    await this.database.transaction(async (tx) => {
      // Under a ban the hash stays, so that the same person is not verified again.
      await tx.run('DELETE FROM school_addresses WHERE account_id = ? AND banned_at IS NULL', [accountId]);
      await tx.run('UPDATE school_addresses SET account_id = NULL WHERE account_id = ?', [accountId]);
      await this.idempotency.forgetAccount(tx, accountId);
      await tx.run('DELETE FROM accounts WHERE id = ?', [accountId]);
    });
  }
}
