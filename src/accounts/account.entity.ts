import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from '../common/viewer.js';

@Entity('accounts')
export class Account {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  /** As typed at registration. */
  @Column({ type: 'varchar', length: 20 })
  username: string;

  /** What makes two names the same name: lower case. A collation would let look-alikes in as new names. */
  @Column({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  @Index('accounts_username', { unique: true })
  usernameKey: string;

  @Column({ type: 'varchar', length: 20 })
  nickname: string;

  @Column({ type: 'varchar', length: 60, charset: 'ascii', collation: 'ascii_bin' })
  passwordHash: string;

  @Column({ type: 'smallint', unsigned: true })
  pepperVersion: number;

  /** What was done to the password before bcrypt: see Passwords. The hash itself names its cost. */
  @Column({ type: 'tinyint', unsigned: true, default: 1 })
  hashVersion: number;

  @Column({ type: 'varchar', length: 10, charset: 'ascii', collation: 'ascii_bin', default: 'member' })
  role: Role;

  /** Confirmed; `null` until a confirmation. */
  @Column({ type: 'varchar', length: 254, nullable: true })
  email: string | null;

  @Column({ type: 'varchar', length: 254, collation: 'utf8mb4_0900_bin', nullable: true })
  @Index('accounts_email', { unique: true })
  emailKey: string | null;

  /** A verified student until then. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  verifiedUntil: Date | null;

  /** Set by the request to leave: from then on nobody logs in, and what is left to be done is done also after a crash. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  @Index('accounts_leaving')
  leavingAt: Date | null;

  /** What becomes of the content: `keep` or `remove`. */
  @Column({ type: 'varchar', length: 6, charset: 'ascii', collation: 'ascii_bin', nullable: true })
  leavingContent: 'keep' | 'remove' | null;

  /** Edits of the account by its owner; carried by the ETag. */
  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
