import { Entity, PrimaryColumn } from 'typeorm';

/** Who has read a post. No foreign keys: writing one takes no lock on what others read. */
@Entity('post_views')
export class PostView {
  @PrimaryColumn({ type: 'int', unsigned: true })
  accountId: number;

  @PrimaryColumn({ type: 'int', unsigned: true })
  postId: number;
}
