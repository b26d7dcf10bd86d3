import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The first answer to a POST that carried an Idempotency-Key, written in the same transaction as its result. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  /** SHA-256 of account, route and key. */
  @PrimaryColumn({ type: 'binary', length: 32 })
  id: Buffer;

  @Column({ type: 'int', unsigned: true })
  @Index('idempotency_keys_account')
  accountId: number;

  @Column({ type: 'binary', length: 32 })
  bodyHash: Buffer;

  /** As JSON; empty when the thing was deleted. */
  @Column({ type: 'mediumtext' })
  answer: string;

  /** The path of the thing that the answer is about. */
  @Column({ type: 'varchar', length: 60, charset: 'ascii', collation: 'ascii_bin', nullable: true })
  @Index('idempotency_keys_thing')
  thing: string | null;

  @Column({ type: 'datetime', precision: 3 })
  @Index('idempotency_keys_created')
  createdAt: Date;
}
