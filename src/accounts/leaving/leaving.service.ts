import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { Account } from '../account.entity.js';
import { accountView } from '../accounts.dto.js';
import { LastAdminCannotLeave } from '../accounts.errors.js';
import { PersonalData } from './personal-data.js';

/** Longest time that a request to leave waits for the work; what is left goes on after the answer. */
const PATIENCE = 3_000;

/** Leaving and the export: what touches everything that is known about one person. */
@Injectable()
export class LeavingService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LeavingService.name);
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly clock: Clock,
  ) {}

  /** Everything stored about me. */
  async export(me: Me): Promise<Record<string, unknown>> {
    const account = await this.database.manager.findOneByOrFail(Account, { id: me.id });
    const data: Record<string, unknown> = {
      exportedAt: this.clock.now().toISOString(),
      account: accountView(account, this.clock.now()),
    };
    for (const holder of this.personalData.all) data[holder.name] = await holder.export(me.id);
    return data;
  }

  /**
   * Ends the account at once and durably: nobody logs in any more, no session lives. What it wrote is let go of right
   * after, and if the process dies meanwhile, by the next one that starts.
   *
   * @throws LastAdminCannotLeave
   */
  async leave(me: Me, content: 'keep' | 'remove'): Promise<void> {
    await this.database.transaction(async (tx) => {
      const admins = await tx.rows<{ id: number }>(
        "SELECT id FROM accounts WHERE role = 'admin' AND leaving_at IS NULL FOR UPDATE",
      );
      if (admins.length === 1 && admins[0].id === me.id) throw new LastAdminCannotLeave();
      await tx.run(
        `UPDATE accounts SET leaving_at = ?, leaving_content = ?, email = NULL, email_key = NULL, verified_until = NULL,
                password_hash = '' WHERE id = ?`,
        [this.clock.now(), content, me.id],
      );
      await tx.run('DELETE FROM sessions WHERE account_id = ?', [me.id]);
      await tx.run('DELETE FROM mail_codes WHERE account_id = ?', [me.id]);
    });
    await Promise.race([this.finishLater(me.id, content), sleep(PATIENCE, undefined, { ref: false })]);
  }

  async onApplicationBootstrap(): Promise<void> {
    const rows = await this.database.rows<{ id: number; content: 'keep' | 'remove' }>(
      'SELECT id, leaving_content AS content FROM accounts WHERE leaving_at < ?',
      [this.clock.in(-60)],
    );
    for (const { id, content } of rows) void this.finishLater(id, content);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private finishLater(accountId: number, content: 'keep' | 'remove'): Promise<void> {
    const work = this.finish(accountId, content)
      .catch((error: Error) => this.logger.error({ err: error, accountId }))
      .finally(() => this.underWay.delete(work));
    this.underWay.add(work);
    return work;
  }

  private async finish(accountId: number, content: 'keep' | 'remove'): Promise<void> {
    for (const holder of this.personalData.all) await holder.letGo(accountId, content);
    await this.database.transaction(async (tx) => {
      await tx.run('UPDATE school_addresses SET account_id = NULL WHERE account_id = ?', [accountId]);
      await tx.run('DELETE FROM idempotency_keys WHERE account_id = ?', [accountId]);
      await tx.run('DELETE FROM accounts WHERE id = ?', [accountId]);
    });
  }
}
