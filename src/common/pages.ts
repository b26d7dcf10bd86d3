import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IntegerQuery } from './fields/numbers.js';
import { Text } from './fields/texts.js';
import type { Cursors, Position } from './cursor.js';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The two keys that every list takes. */
export class PageQuery {
  @IntegerQuery({ min: 1, max: 100, description: 'Items a page, 20 by default' })
  limit: number = 20;

  @Text({ max: 400, optional: true, normalise: false, description: '`nextCursor` of the page before' })
  cursor?: string;
}

/** A page of `rows`, which has one row more than the limit if there is a next page. */
export function pageOf<Row, T>(
  rows: Row[],
  limit: number,
  view: (row: Row) => T,
  cursor: (last: Row) => string,
): Page<T> {
  const shown = rows.slice(0, limit);
  // Not `map(view)`: a view with an optional second parameter would get the index for it.
  return {
    items: shown.map((row) => view(row)),
    nextCursor: rows.length > limit ? cursor(shown[shown.length - 1]) : null,
  };
}

/** The identity of a list in its cursors: the route, the sort and the filters. */
export class ListKey {
  private readonly name: string;

  constructor(
    private readonly cursors: Cursors,
    route: string,
    filters: Record<string, string | number | boolean | undefined> = {},
  ) {
    const given = Object.entries(filters).filter(([, value]) => value !== undefined);
    this.name = JSON.stringify([route, ...given.sort(([a], [b]) => (a < b ? -1 : 1))]);
  }

  position(cursor: string | undefined): Position | null {
    return this.cursors.decode(this.name, cursor);
  }

  cursor(...position: (number | string)[]): string {
    return this.cursors.encode(this.name, position);
  }
}

/** The documented shape of a page of `item`, as a class of its own name: `class PostPage extends pageViewOf(PostView) {}`. */
export function pageViewOf<T>(item: Type<T>): Type<Page<T>> {
  class PageView {
    @ApiProperty({ type: [item] })
    items: T[];
    @ApiProperty({
      type: 'string',
      nullable: true,
      description: 'Pass as `cursor` for the next page; `null` at the end',
    })
    nextCursor: string | null;
  }
  return PageView;
}
