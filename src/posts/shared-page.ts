import type { Viewer } from '../common/viewer.js';
import type { BatchedRead } from '../database/batched-read.js';
import { postHead } from './posts.dto.js';
import type { SharedRow, ViewerFlags } from './posts.queries.js';

/** A page of a list for several viewers: serialised once, then completed with each viewer's flags. */
export class SharedPage {
  /** Each item as JSON up to its flags. */
  private readonly heads: string[];

  /**
   * @param readAccess of the list's board, as in PageRows
   * @param flags of these rows
   */
  constructor(
    readonly readAccess: number | null,
    private readonly rows: readonly SharedRow[],
    private readonly nextCursor: string | null,
    private readonly flags: BatchedRead<number, ViewerFlags>,
  ) {
    this.heads = rows.map((row) => JSON.stringify(postHead(row)).slice(0, -1));
  }

  /** The answer to one viewer, as JSON. */
  async textFor(viewer: Viewer): Promise<string> {
    const found = viewer && this.rows.length > 0 ? await this.flags.load(viewer.id) : undefined;
    const [liked, scrapped] = [idsIn(found?.liked), idsIn(found?.scrapped)];
    const items = this.rows.map(({ id, authorId }, i) => {
      const mine = viewer !== null && authorId === viewer.id;
      return `${this.heads[i]},"mine":${mine},"liked":${liked.has(id)},"scrapped":${scrapped.has(id)}}`;
    });
    return `{"items":[${items.join()}],"nextCursor":${JSON.stringify(this.nextCursor)}}`;
  }
}

function idsIn(list: string | null | undefined): Set<number> {
  return new Set(list ? list.split(',').map(Number) : []);
}
