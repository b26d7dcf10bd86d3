import type { Database } from '../../database/database.js';
import { selection, text } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { SearchBusy } from '../posts.errors.js';

/** Seconds that a search waits for a place. */
const PATIENCE = 1;
/** Named locks belong to the whole server, which may hold several databases. */
const PLACES = [0, 1].map((n) => `SHA2(CONCAT('madang-search-${n}-', DATABASE()), 256)`);
const FREE = selection({
  place: text(`CASE ${PLACES.map((place) => `WHEN GET_LOCK(${place}, 0) THEN ${place}`).join(' ')} END`, 'nullable'),
});
const WAITED = PLACES.map((place) =>
  selection({ place: text(`IF(GET_LOCK(${place}, ${PATIENCE}), ${place}, NULL)`, 'nullable') }),
);

/**
 * Allows two searches of all instances in the full-text index: eight frequent words at once take 1.5 GB of the
 * database's memory, which it keeps. By named locks, so that a lost connection frees its place.
 */
export class IndexPlaces {
  constructor(private readonly database: Pick<Database, 'transaction'>) {}

  /** @throws SearchBusy */
  in<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      const place = await take(tx);
      tx.beforeRelease(async () => {
        await tx.run('DO RELEASE_LOCK(?)', [place]);
      });
      return work(tx);
    });
  }
}

async function take(tx: Transaction): Promise<string> {
  const free = await tx.selectOne(FREE, '');
  if (free?.place) return free.place;
  const one = WAITED[Math.floor(Math.random() * WAITED.length)];
  const waited = await tx.selectOne(one, '');
  if (waited?.place) return waited.place;
  throw new SearchBusy({ headers: { 'Retry-After': '2' } });
}
