import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * An anonymous item of somebody who has left, and when it is deleted. The row does not say whose it was, and its key has no
 * order that would tell which items were written by one person.
 */
@Entity('delayed_removals')
export class DelayedRemoval {
  /** Name of the feature that has the item, as in the export. */
  @PrimaryColumn({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  holder: string;

  @PrimaryColumn({ type: 'int', unsigned: true })
  itemId: number;

  @Column({ type: 'datetime', precision: 3 })
  @Index('delayed_removals_due')
  dueAt: Date;
}
