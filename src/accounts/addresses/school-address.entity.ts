import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A school address that verified an account, as a keyed hash. A banned one is kept after its owner has left. */
@Entity('school_addresses')
export class SchoolAddress {
  @PrimaryColumn({ type: 'binary', length: 32 })
  hash: Buffer;

  @Column({ type: 'int', unsigned: true, nullable: true })
  @Index('school_addresses_account')
  accountId: number | null;

  @Column({ type: 'datetime', precision: 3 })
  verifiedAt: Date;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  bannedAt: Date | null;
}
