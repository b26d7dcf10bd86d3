import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../../accounts/account.entity.js';

export type Source = 'catalogue' | 'user';

/** A subject (과목), in any semester. */
@Entity('subjects')
@Index('subjects_owner', ['ownerId', 'codeKey'], { unique: true })
export class Subject {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @Column({ type: 'varchar', length: 40 })
  code: string;

  /** The code without white space and case, as codes are compared. */
  @Column({ type: 'varchar', length: 80, collation: 'utf8mb4_0900_bin' })
  @Index('subjects_code')
  codeKey: string;

  /** `codeKey` of the catalogue's own subjects, so that each is there once; `null` on those of members. */
  @Column({ type: 'varchar', length: 80, collation: 'utf8mb4_0900_bin', nullable: true })
  @Index('subjects_catalogue', { unique: true })
  catalogueKey: string | null;

  @Column({ type: 'varchar', length: 200 })
  name: string;

  @Column({ type: 'varchar', length: 100, nullable: true })
  department: string | null;

  /** With one decimal place at most. */
  @Column({ type: 'double' })
  credits: number;

  @Column({ type: 'varchar', length: 50, nullable: true })
  category: string | null;

  @Column({ type: 'varchar', length: 9, charset: 'ascii', collation: 'ascii_bin' })
  source: Source;

  /** The member who registered it; `null` on the catalogue's, and when the member has left. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'subjects_owner_fk' })
  owner: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  ownerId: number | null;

  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
