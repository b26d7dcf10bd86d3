import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('tags')
@Index('tags_popular', ['postCount', 'id'])
@Index('tags_in_use', { synchronize: false }) // (post_count > 0), name: TypeORM knows no expressions
export class Tag {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  /** Canonical (see tag-name.ts): equal bytes are equal tags. */
  @Column({ type: 'varchar', length: 50, collation: 'utf8mb4_0900_bin' })
  @Index('tags_name', { unique: true })
  name: string;

  /** Listed posts of boards that everyone may read. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  postCount: number;
}
