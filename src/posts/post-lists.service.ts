import { Injectable } from '@nestjs/common';
import { checkRead } from '../boards/board-access.js';
import { BoardNotFound } from '../boards/boards.errors.js';
import { nextDay, startOfDay } from '../common/campus-days.js';
import { Cursors, type Position } from '../common/cursor.js';
import { Answer } from '../common/http/answer.js';
import { invalidField } from '../common/http/validation.js';
import { ListKey, pageOf, type Page, type PageQuery } from '../common/pages.js';
import { FiltersDoNotCombine } from '../common/problems/general.errors.js';
import { levelOf, type Me, type Viewer } from '../common/viewer.js';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import type { SharedRead } from '../database/shared-read.js';
import { canonicalTag } from '../tags/tag-name.js';
import { positionOf, type PostListing } from './post-listing.js';
import { postItem, type BoardPostsQuery, type PostItem, type PostListQuery, type Sort } from './posts.dto.js';
import { PostsQueries, type FlaggedRow } from './posts.queries.js';
import { SharedPage } from './shared-page.js';
import { SearchService } from './search/search.service.js';

const NOTHING: Page<PostItem> = { items: [], nextCursor: null };

/** Which page of which list. */
interface PageKey {
  listing: PostListing;
  position: Position | null;
  limit: number;
  list: ListKey;
}

/** The lists of posts: by board, tag, author, day and text. At most two statements for each page. */
@Injectable()
export class PostListsService {
  private readonly pages: SharedRead<PageKey & { level: number }, SharedPage>;

  constructor(
    database: Database,
    private readonly queries: PostsQueries,
    private readonly search: SearchService,
    private readonly cursors: Cursors,
    private readonly config: Config,
  ) {
    this.pages = database.sharedRead((key) => this.read(key));
  }

  /** @throws FiltersDoNotCombine, InvalidInput, BoardNotFound, MembersOnly, VerificationRequired */
  async list(viewer: Viewer, query: PostListQuery): Promise<Page<PostItem> | Answer> {
    checkFilters(query);
    const { board, tag, author, q, from, to, sort, limit, cursor } = query;
    const list = new ListKey(this.cursors, '/posts', { board, tag, author, q, from, to, sort });
    const position = list.position(cursor);
    const tagId = tag === undefined && q === undefined ? undefined : await this.enter(viewer, board, tag);
    if (q !== undefined) {
      const rows = await this.search.page(viewer, q, { board, author }, position, limit + 1);
      return page(rows, limit, list, sort);
    }
    if (tagId === null) return NOTHING;
    const listing: PostListing = { sort, board, tag: tagId, author, ...this.days(from, to) };
    return this.shared(viewer, { listing, position, limit, list });
  }

  /** @throws FiltersDoNotCombine, BoardNotFound, MembersOnly, VerificationRequired */
  async ofBoard(
    viewer: Viewer,
    board: number,
    { sort, tag, limit, cursor }: BoardPostsQuery,
  ): Promise<Page<PostItem> | Answer> {
    if (tag !== undefined && sort !== 'latest') throw doNotCombine('tag', 'sort');
    const list = new ListKey(this.cursors, '/boards/posts', { board, sort, tag });
    const position = list.position(cursor);
    const tagId = tag === undefined ? undefined : await this.enter(viewer, board, tag);
    if (tagId === null) return NOTHING;
    const listing: PostListing = { sort, board, tag: tagId };
    return this.shared(viewer, { listing, position, limit, list });
  }

  /** Empty for an unused tag and for one of closed boards only, so that the two look the same. */
  async ofTag(viewer: Viewer, name: string, { limit, cursor }: PageQuery): Promise<Page<PostItem> | Answer> {
    const list = new ListKey(this.cursors, '/tags/posts', { tag: name });
    const position = list.position(cursor);
    const tag = await this.enter(viewer, undefined, name);
    if (tag === null) return NOTHING;
    return this.shared(viewer, { listing: { sort: 'latest', tag }, position, limit, list });
  }

  /** My posts, anonymous ones too. */
  async mine(me: Me, { limit, cursor }: PageQuery): Promise<Page<PostItem>> {
    const list = new ListKey(this.cursors, '/accounts/me/posts', { account: me.id });
    const before = list.position(cursor)?.[0] as number | undefined;
    return page(await this.queries.pageOfMine(me, before, limit + 1), limit, list, 'latest');
  }

  /** My liked or saved posts that I may still read, the newest first. */
  async reactedTo(me: Me, kind: 'likes' | 'scraps', { limit, cursor }: PageQuery): Promise<Page<PostItem>> {
    const list = new ListKey(this.cursors, `/accounts/me/${kind}`, { account: me.id });
    const before = list.position(cursor)?.[0] as number | undefined;
    const rows = await this.queries.pageOfReactions(me, `post_${kind}`, before, limit + 1);
    return pageOf(rows, limit, postItem, (last) => list.cursor(last.reactionId));
  }

  /** @throws BoardNotFound, MembersOnly, VerificationRequired */
  private async shared(viewer: Viewer, page: PageKey): Promise<Answer> {
    const level = levelOf(viewer);
    const { listing, position, limit } = page;
    const shared = await this.pages.load(JSON.stringify([level, listing, position, limit]), { ...page, level });
    if (listing.board !== undefined) checkBoard(viewer, shared.readAccess);
    return Answer.json(await shared.textFor(viewer));
  }

  private async read({ level, listing, position, limit, list }: PageKey & { level: number }): Promise<SharedPage> {
    const { readAccess, rows } = await this.queries.page(level, listing, position, limit + 1);
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? list.cursor(...positionOf(shown[limit - 1], listing.sort)) : null;
    return new SharedPage(readAccess, shown, next, this.queries.flagsOf(shown.map(({ id }) => id)));
  }

  /**
   * Looks up the board and the tag of a list.
   *
   * @returns the tag's id: `undefined` where no tag was asked for, `null` where nothing has it
   * @throws BoardNotFound, MembersOnly, VerificationRequired
   */
  private async enter(viewer: Viewer, board?: number, tag?: string): Promise<number | null | undefined> {
    if (board === undefined && tag === undefined) return undefined;
    const { readAccess, tagId } = await this.queries.named(board, tag && canonicalTag(tag));
    if (board !== undefined) checkBoard(viewer, readAccess);
    return tag === undefined ? undefined : tagId;
  }

  private days(from: string | undefined, to: string | undefined): Pick<PostListing, 'from' | 'until'> {
    const zone = this.config.campusTimeZone;
    if (from && to && from > to) throw invalidField('?to', 'BEFORE_FROM', 'is before `from`', '`from`보다 앞섭니다');
    const until = to && to < LAST_DAY ? startOfDay(nextDay(to), zone) : undefined;
    return { from: from ? startOfDay(from, zone) : undefined, until };
  }
}

/** The upper bound that excludes no post. */
const LAST_DAY = '9999-12-31';

/** @throws BoardNotFound, MembersOnly, VerificationRequired */
function checkBoard(viewer: Viewer, readAccess: number | null): void {
  if (readAccess === null) throw new BoardNotFound();
  checkRead(viewer, readAccess);
}

function page(rows: FlaggedRow[], limit: number, list: ListKey, sort: Sort): Page<PostItem> {
  return pageOf(rows, limit, postItem, (last) => list.cursor(...positionOf(last, sort)));
}

/** Refuses filters that no index combines, because they would be slow. */
function checkFilters({ tag, author, q, from, to, sort }: PostListQuery): void {
  const given = Object.entries({ tag, author, q, from: from ?? to }).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name);
  if (sort !== 'latest' && names.length > 0) throw doNotCombine(names[0], 'sort');
  if (tag !== undefined && author !== undefined) throw doNotCombine('tag', 'author');
  if (q !== undefined && tag !== undefined) throw doNotCombine('q', 'tag');
  if (q !== undefined && (from ?? to) !== undefined) throw doNotCombine('q', 'from');
}

function doNotCombine(one: string, other: string): FiltersDoNotCombine {
  return new FiltersDoNotCombine({
    detail: {
      en: `"${one}" and this "${other}" do not combine.`,
      ko: `"${one}"와(과) 이 "${other}"은(는) 함께 쓸 수 없습니다.`,
    },
  });
}
