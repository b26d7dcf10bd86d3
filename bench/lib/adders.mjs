import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { seededRandom } from './random.mjs';

const PEOPLE = 8;
/** Milliseconds between two additions: frequent, but not so frequent that they wait for the CPU. */
const PAUSE = 10;

/**
 * Members who add lectures of a semester to their timetables, one after the other, with the server's locks: their own
 * timetable, then a shared lock of the lecture.
 */
export class Adders {
  /** Milliseconds of each addition. */
  took = [];
  #stopped = false;
  #running = [];

  /** @param database as of `configOf` */
  static async start({ host, port, user, password, name }, semesterId) {
    const options = { host, port, user, password, database: name };
    const adders = new Adders();
    const setup = await mysql.createConnection(options);
    const [lectures] = await setup.query('SELECT id FROM lectures WHERE semester_id = ?', [semesterId]);
    for (let n = 1; n <= PEOPLE; n++) {
      await setup.query(
        `INSERT INTO accounts (id, username, username_key, nickname, password_hash, pepper_version, created_at)
         VALUES (?, ?, ?, ?, '', 1, NOW(3)) AS new ON DUPLICATE KEY UPDATE version = 1`,
        [n, `adder${n}`, `adder${n}`, `adder${n}`],
      );
      const [{ insertId }] = await setup.query(
        `INSERT INTO timetables (owner_id, semester_id, name, name_key, visibility, theme, created_at)
         VALUES (?, ?, UUID(), UUID(), 'private', 'default', NOW(3))`,
        [n, semesterId],
      );
      adders.#running.push(adders.#add(options, insertId, lectures, seededRandom(n)));
    }
    await setup.end();
    return adders;
  }

  async #add(options, timetable, lectures, random) {
    const connection = await mysql.createConnection(options);
    await connection.query("SET SESSION transaction_isolation = 'READ-COMMITTED'");
    while (!this.#stopped) {
      const lecture = lectures[Math.floor(random() * lectures.length)].id;
      const began = performance.now();
      await connection.query('START TRANSACTION');
      await connection.execute('SELECT id FROM timetables WHERE id = ? FOR UPDATE', [timetable]);
      await connection.execute('SELECT revision FROM lectures WHERE id = ? FOR SHARE', [lecture]);
      await connection.execute(
        `INSERT INTO timetable_entries (timetable_id, lecture_id, seen_revision, color, created_at)
         VALUES (?, ?, 1, 0, NOW(3)) ON DUPLICATE KEY UPDATE color = 1`,
        [timetable, lecture],
      );
      await connection.query('COMMIT');
      this.took.push(performance.now() - began);
      await sleep(PAUSE);
    }
    await connection.end();
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.#running);
  }
}
