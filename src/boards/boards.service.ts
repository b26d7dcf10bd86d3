import { Injectable } from '@nestjs/common';
import { holdAccount } from '../accounts/hold-account.js';
import { Clock } from '../common/clock.js';
import { Cursors } from '../common/cursor.js';
import { changedColumns } from '../common/changed-columns.js';
import type { ExpectedVersion, Versioned } from '../common/http/answer.js';
import { invalidField } from '../common/http/validation.js';
import { Idempotency, type OnceKey } from '../common/idempotency/idempotency.js';
import { ListKey, pageOf, type Page } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import { ACCESS, levelOf, type Access, type Me, type Viewer } from '../common/viewer.js';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { isDuplicate } from '../database/mysql-errors.js';
import { int, selection } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { checkWrite, showsItself } from './board-access.js';
import { BoardEvents } from './board-events.js';
import { Board } from './board.entity.js';
import { boardView, type BoardBody, type BoardChanges, type BoardListQuery, type BoardView } from './boards.dto.js';
import {
  AccessNotHeld,
  AccessOnlyTightened,
  BoardArchived,
  BoardNotFound,
  NotBoardOwner,
  SlugTaken,
  TooManyBoards,
} from './boards.errors.js';
import { BoardsQueries, type BoardRow } from './boards.queries.js';

const MAX_BOARDS = 20;
const OWNED = selection({ boards: int('COUNT(*)') });
const BOARD_OF_POST = selection({ id: int('b.id') });
/** Reserved for boards without a slug of their own: otherwise anybody could take the slugs of the next boards. */
const DEFAULT_SLUG = /^board-\d+$/;
const defaultSlug = (id: number) => `board-${id}`;

/** The columns that a change by the owner reads. */
const LOCKED = [
  ...(['id', 'slug', 'name', 'description', 'allowAnonymous', 'archived', 'readAccess', 'writeAccess'] as const),
  ...(['ownerId', 'used', 'audienceStale', 'version'] as const),
] as const;
type OwnBoard = Pick<Board, (typeof LOCKED)[number]>;

/** The columns that a new post reads. */
const LOCKED_FOR_POST = ['readAccess', 'writeAccess', 'allowAnonymous', 'archived'] as const;
/** A board that is locked for the rest of the transaction, for a write in it. */
export type LockedBoard = Pick<Board, (typeof LOCKED_FOR_POST)[number]>;

/** Opens, changes and closes boards, and locks a board for writes in it. */
@Injectable()
export class BoardsService {
  constructor(
    private readonly database: Database,
    private readonly queries: BoardsQueries,
    private readonly idempotency: Idempotency,
    private readonly events: BoardEvents,
    private readonly cursors: Cursors,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async list(viewer: Viewer, { q, limit, cursor }: BoardListQuery): Promise<Page<BoardView>> {
    const list = new ListKey(this.cursors, '/boards', { q });
    const [after] = list.position(cursor) ?? [0];
    const rows = await this.queries.page(viewer, q, Number(after), limit + 1);
    return pageOf(rows, limit, boardView, ({ id }) => list.cursor(id));
  }

  /** @throws BoardNotFound */
  async get(viewer: Viewer, id: number): Promise<Versioned<BoardView>> {
    const row = await this.queries.one(id);
    if (!row || !showsItself(viewer, row.readAccess)) throw new BoardNotFound();
    return versioned(row);
  }

  /** @throws AccessNotHeld, TooManyBoards, SlugTaken */
  async create(me: Me, body: BoardBody, once: OnceKey | null): Promise<Versioned<BoardView>> {
    const readAccess = ACCESS.indexOf(body.readAccess);
    const writeAccess = body.writeAccess ? ACCESS.indexOf(body.writeAccess) : Math.max(readAccess, 1);
    checkAccess(me, readAccess, writeAccess);
    if (body.slug !== undefined && DEFAULT_SLUG.test(body.slug)) throw new SlugTaken();
    const open = async (tx: Transaction): Promise<Versioned<BoardView>> => {
      // Exclusive: boards that an account creates at once must count each other.
      await holdAccount(tx, me.id, 'UPDATE');
      const owned = await tx.selectOne(OWNED, 'FROM boards WHERE owner_id = ?', [me.id]);
      if (owned!.boards >= MAX_BOARDS) throw new TooManyBoards();
      const id = await this.insert(tx, me, body, readAccess, writeAccess);
      return versioned((await this.queries.one(id, tx))!);
    };
    return this.idempotency.run(once, open, { thing: ({ view }) => `board/${view.id}` });
  }

  /** @throws BoardNotFound, NotBoardOwner, EditConflict, AccessNotHeld, AccessOnlyTightened, SlugTaken */
  async change(me: Me, id: number, changes: BoardChanges, expected: ExpectedVersion): Promise<Versioned<BoardView>> {
    return this.database.transaction(async (tx) => {
      const board = await this.lockOwn(tx, me, id, expected);
      const readAccess = levelIn(changes.readAccess) ?? board.readAccess;
      const writeAccess = levelIn(changes.writeAccess) ?? Math.max(board.writeAccess, readAccess);
      if (changes.readAccess !== undefined || changes.writeAccess !== undefined)
        checkAccess(me, readAccess, writeAccess);
      const looser = readAccess < board.readAccess || writeAccess < board.writeAccess;
      if (board.used && looser) throw new AccessOnlyTightened();
      const { name, slug, allowAnonymous, archived } = changes;
      if (slug !== undefined && DEFAULT_SLUG.test(slug) && slug !== defaultSlug(id)) throw new SlugTaken();
      const description = changes.description === null ? '' : changes.description;
      const edits = changedColumns(board, {
        name,
        slug,
        description,
        allowAnonymous,
        archived,
        readAccess,
        writeAccess,
      });
      if (Object.keys(edits).length > 0) {
        const tightened = board.used && readAccess > board.readAccess;
        await this.update(tx, id, {
          ...edits,
          audienceStale: board.audienceStale || tightened,
          version: board.version + 1,
        });
        if (tightened) tx.afterCommit(() => this.events.readAccessTightened(id));
      }
      return versioned((await this.queries.one(id, tx))!);
    });
  }

  /** Deletes an empty board; archives one that ever had a post. @throws BoardNotFound, NotBoardOwner */
  async remove(me: Me, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      const board = await this.lockOwn(tx, me, id, expected);
      if (!board.used) {
        await tx.delete(Board, { id });
        await this.idempotency.forget(tx, `board/${id}`);
      } else if (!board.archived) await this.update(tx, id, { archived: true, version: board.version + 1 });
    });
  }

  /**
   * The board with its row locked: the first lock of every transaction that writes a post, because updating the parent
   * after inserting the child deadlocks (the foreign key takes a shared lock first).
   *
   * @throws BoardNotFound, MembersOnly, VerificationRequired, StaffOnly, BoardArchived
   */
  async lockForWriting(tx: Transaction, me: Me, id: number): Promise<LockedBoard> {
    const board = await tx.lock(Board, { id }, LOCKED_FOR_POST);
    if (!board) throw new BoardNotFound();
    checkWrite(me, board);
    if (board.archived) throw new BoardArchived();
    return board;
  }

  async countPosts(tx: Transaction, id: number, change: 1 | -1): Promise<void> {
    await tx.run('UPDATE boards SET post_count = post_count + ?, used = 1 WHERE id = ?', [change, id]);
  }

  /** Locks the board of a post: the first lock of every transaction that deletes one. */
  async lockBoardOfPost(tx: Transaction, postId: number): Promise<void> {
    const joined = 'FROM posts p JOIN boards b ON b.id = p.board_id WHERE p.id = ? FOR UPDATE OF b';
    await tx.selectOne(BOARD_OF_POST, joined, [postId]);
  }

  /** Locks a board whose posts follow its read access. */
  lockReadAccess(tx: Transaction, id: number): Promise<Pick<Board, 'readAccess'> | undefined> {
    return tx.lock(Board, { id }, ['readAccess']);
  }

  /** All posts of the board follow its read access. */
  async audienceFollowed(tx: Transaction, id: number): Promise<void> {
    await tx.run('UPDATE boards SET audience_stale = 0 WHERE id = ?', [id]);
  }

  private async lockOwn(tx: Transaction, me: Me, id: number, expected: ExpectedVersion): Promise<OwnBoard> {
    const board = await tx.lock(Board, { id }, LOCKED);
    if (!board || !showsItself(me, board.readAccess)) throw new BoardNotFound();
    if (board.ownerId !== me.id && me.role !== 'admin') throw new NotBoardOwner();
    if (expected && !expected.includes(board.version)) throw new EditConflict();
    return board;
  }

  private async insert(
    tx: Transaction,
    me: Me,
    body: BoardBody,
    readAccess: number,
    writeAccess: number,
  ): Promise<number> {
    const { name, description, allowAnonymous } = body;
    try {
      const id = await tx.insert(Board, {
        // A slug that nobody can choose, until the id is known.
        slug: body.slug ?? `~${me.id}`,
        name,
        description,
        allowAnonymous,
        readAccess,
        writeAccess,
        hotThreshold: this.config.hotThreshold,
        ownerId: me.id,
        createdAt: this.clock.now(),
      });
      if (!body.slug) await tx.update(Board, { id }, { slug: defaultSlug(id) });
      return id;
    } catch (error) {
      throw isDuplicate(error, 'boards_slug') ? new SlugTaken() : error;
    }
  }

  private async update(tx: Transaction, id: number, columns: Partial<Omit<Board, 'owner'>>): Promise<void> {
    try {
      await tx.update(Board, { id }, columns);
    } catch (error) {
      throw isDuplicate(error, 'boards_slug') ? new SlugTaken() : error;
    }
  }
}

function checkAccess(me: Me, readAccess: number, writeAccess: number): void {
  if (writeAccess < readAccess) {
    throw invalidField(
      '#/writeAccess',
      'WIDER_THAN_READ_ACCESS',
      'cannot be wider than readAccess',
      'readAccess보다 넓을 수 없습니다',
    );
  }
  if (Math.max(readAccess, writeAccess) > levelOf(me)) throw new AccessNotHeld();
}

function levelIn(access: Access | undefined): number | undefined {
  return access === undefined ? undefined : ACCESS.indexOf(access);
}

function versioned(row: BoardRow): Versioned<BoardView> {
  return { version: row.version, view: boardView(row) };
}
