import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Tag } from '../tags/tag.entity.js';
import { Post } from './post.entity.js';

/** A tag on a listed post. Board and audience are repeated from the post, so that lists by tag skip nothing. */
@Entity('post_tags')
@Index('post_tags_position', ['postId', 'position'], { unique: true })
@Index('post_tags_all', ['tagId', 'audience', 'postId'])
@Index('post_tags_board', ['tagId', 'boardId', 'postId'])
export class PostTag {
  @ManyToOne(() => Post, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'post_id', foreignKeyConstraintName: 'post_tags_post_fk' })
  post: Relation<Post>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  postId: number;

  @ManyToOne(() => Tag, { nullable: false })
  @JoinColumn({ name: 'tag_id', foreignKeyConstraintName: 'post_tags_tag_fk' })
  tag: Relation<Tag>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  tagId: number;

  /** From 0, as written. */
  @Column({ type: 'smallint', unsigned: true })
  position: number;

  @Column({ type: 'int', unsigned: true })
  boardId: number;

  @Column({ type: 'tinyint', unsigned: true })
  audience: number;
}
