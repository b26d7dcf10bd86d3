import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { InvalidId } from './problems/general.errors.js';

/** Above all ids of rows. Not 2 ** 32: MySQL drops a comparison that is always true, and plans without it. */
export const MAX_ROW_ID = 2 ** 32 - 1;

const ID = /^[1-9][0-9]{0,15}$/;

/** The id that `text` spells, or `undefined`. Nest's own pipe takes 1e3 and 0x10 and rounds 2^53 + 1 to another id. */
export function parseId(text: unknown): number | undefined {
  const id = typeof text === 'string' && ID.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}

@Injectable()
class IdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = parseId(text);
    if (id === undefined) throw new InvalidId();
    return id;
  }
}

/** The id in the path, 1 to 2^53 − 1. Anything else is 400 INVALID_ID. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, IdPipe);
