import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Post } from './post.entity.js';

/**
 * The names of a post's tags, so that lists need not read `post_tags` and `tags`. Holds for one version of the post: a
 * release that does not know this table changes the version with the tags, and the names are then read from the tags.
 */
@Entity('post_tag_names')
export class PostTagNames {
  @OneToOne(() => Post, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'post_id', foreignKeyConstraintName: 'post_tag_names_post_fk' })
  post: Relation<Post>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  postId: number;

  /** The version of the post with these tags. */
  @Column({ type: 'int', unsigned: true })
  version: number;

  /** In their order, one a line. */
  @Column({ type: 'mediumtext' })
  names: string;
}
