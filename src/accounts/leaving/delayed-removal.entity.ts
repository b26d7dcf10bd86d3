import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * When an anonymous item is deleted whose author has left. The row has no author, and no key in the order of insertion:
 * it would show which items one person wrote.
 */
@Entity('delayed_removals')
export class DelayedRemoval {
  /** Name of the feature, as in the export. */
  @PrimaryColumn({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  holder: string;

  @PrimaryColumn({ type: 'int', unsigned: true })
  itemId: number;

  @Column({ type: 'datetime', precision: 3 })
  @Index('delayed_removals_due')
  dueAt: Date;
}
