import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Account } from '../account.entity.js';

export type MailPurpose = 'email' | 'school' | 'password';

/** An open code: at most one for each account and purpose. */
@Entity('mail_codes')
export class MailCode {
  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'mail_codes_account_fk' })
  account: Relation<Account>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  accountId: number;

  @PrimaryColumn({ type: 'varchar', length: 10, charset: 'ascii', collation: 'ascii_bin' })
  purpose: MailPurpose;

  @Column({ type: 'varchar', length: 254 })
  address: string;

  /** Keyed hash of the code. */
  @Column({ type: 'binary', length: 32 })
  @Index('mail_codes_code')
  codeHash: Buffer;

  /** Attempts to enter the code, also right ones. */
  @Column({ type: 'tinyint', unsigned: true, default: 0 })
  tries: number;

  @Column({ type: 'datetime', precision: 3 })
  expiresAt: Date;
}
