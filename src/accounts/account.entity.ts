import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from '../common/viewer.js';

@Entity('accounts')
export class Account {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  /** As typed at registration. */
  @Column({ type: 'varchar', length: 20 })
  username: string;

  /** In lower case: upper and lower case are one name. */
  @Column({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  @Index('accounts_username', { unique: true })
  usernameKey: string;

  @Column({ type: 'varchar', length: 20 })
  nickname: string;

  @Column({ type: 'varchar', length: 60, charset: 'ascii', collation: 'ascii_bin' })
  passwordHash: string;

  @Column({ type: 'smallint', unsigned: true })
  pepperVersion: number;

  /** Version of the digest that bcrypt hashed: see Passwords. The cost is part of the hash. */
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

  @Column({ type: 'datetime', precision: 3, nullable: true })
  verifiedUntil: Date | null;

  /** Time of the request to leave: no log-in after it. A job finishes the removal if the instance crashes. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  @Index('accounts_leaving')
  leavingAt: Date | null;

  @Column({ type: 'varchar', length: 6, charset: 'ascii', collation: 'ascii_bin', nullable: true })
  leavingContent: 'keep' | 'remove' | null;

  /** For the ETag: counts the owner's edits. */
  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
