import type { LongConnection } from '../../database/long-connection.js';
import { flag, selection } from '../../database/selection.js';
import { CannotImport } from './cannot-import.js';

/** One name for each database; the server's names are its databases' together, and have 64 characters at most. */
const NAME = "SHA2(CONCAT(DATABASE(), ' catalogue import'), 256)";
/** Its parameter: seconds to wait. `null` after an error. */
const LOCK = selection({ isOurs: flag(`GET_LOCK(${NAME}, ?)`, 'nullable') });

/**
 * Lets one import at a time into the catalogue: two of one semester would overwrite each other, and subjects belong to
 * all semesters. The lock belongs to the connection and ends with it.
 *
 * @param waiting is called before each wait of a second; throws when the import is to end
 * @throws CannotImport when another import has not ended after so many seconds
 */
export async function lockCatalogue(connection: LongConnection, seconds: number, waiting: () => void): Promise<void> {
  for (let waited = 0; ; waited++) {
    const row = await connection.selectOne(LOCK, '', [waited === 0 ? 0 : 1]);
    if (row?.isOurs) return;
    if (waited >= seconds) throw new CannotImport('Another import is running: try again when it is done.');
    waiting();
  }
}
