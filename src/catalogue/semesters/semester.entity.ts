import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** In the order of the year. The index is stored. */
export const TERMS = ['spring', 'summer', 'autumn', 'winter'] as const;
export type Term = (typeof TERMS)[number];

@Entity('semesters')
@Index('semesters_term', ['year', 'term'], { unique: true })
export class Semester {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @Column({ type: 'smallint', unsigned: true })
  year: number;

  /** Index into TERMS. */
  @Column({ type: 'tinyint', unsigned: true })
  term: number;

  /** `2026-03-02`, as all days here. Week 1 is the Monday week that holds it. */
  @Column({ type: 'date' })
  startsOn: string;

  @Column({ type: 'date' })
  endsOn: string;

  /** IANA name of the zone in which its lectures are held. */
  @Column({ type: 'varchar', length: 64, charset: 'ascii', collation: 'ascii_bin' })
  timeZone: string;

  /** Days without lectures, in order. */
  @Column({ type: 'json' })
  holidays: string[];

  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;
}
