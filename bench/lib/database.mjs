import mysql from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { serverOf } from '../../dist/config/database-config.js';
import { migrationOptions } from '../../dist/database/data-source-options.js';
import { Migrator } from '../../dist/database/migrating/migrator.js';
import { Reader } from '../../dist/database/reader.js';

const SERVER = new URL(process.env.BENCH_DATABASE_URL ?? 'mysql://root@127.0.0.1:3306');

export const databaseOf = (posts) => `madang_bench_${posts}`;

/** The server's options for the database of a benchmark. */
export function configOf(name) {
  return { ...serverOf(SERVER), name, poolSize: 10 };
}

export function connectTo(name) {
  const { host, port, user, password } = configOf(name);
  return mysql.createConnection({
    host,
    port,
    user,
    password,
    database: name,
    charset: 'utf8mb4_0900_ai_ci',
    timezone: 'Z',
    multipleStatements: false,
  });
}

/** Creates the database with an empty schema; drops an existing one. */
export async function createSchema(name) {
  const { host, port, user, password } = configOf(name);
  const connection = await mysql.createConnection({ host, port, user, password });
  await connection.query('DROP DATABASE IF EXISTS ??', [name]);
  await connection.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci', [name]);
  await connection.end();
  const dataSource = await new DataSource(migrationOptions(configOf(name))).initialize();
  await Migrator.alone(dataSource, {}, (migrator) => migrator.run());
  await dataSource.destroy();
}

/**
 * Replaces the server's `Database`: the same prepared statements on one connection. So the engine's counters of the
 * session belong to exactly these statements.
 */
export class OneConnection extends Reader {
  constructor(connection) {
    super();
    this.connection = connection;
  }

  static async open(name) {
    const connection = await connectTo(name);
    await connection.query("SET SESSION time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED'");
    await connection.query('SET SESSION group_concat_max_len = 1048576');
    return new OneConnection(connection);
  }

  async execute(sql, parameters) {
    return (await this.connection.execute(sql, parameters))[0];
  }

  /** As in the server, but without batches. */
  pointRead({ selection, from, parameters, fixed = [] }) {
    return { load: (key) => this.selectOne(selection, from(1), [...fixed, ...parameters(key)]) };
  }

  passingRead(question) {
    return this.pointRead(question);
  }

  /** As in the server: its effects run before the next transaction. */
  async transaction(work) {
    const effects = [];
    await this.connection.query('START TRANSACTION');
    try {
      const tx = Object.create(this);
      tx.run = (...statement) => this.execute(...statement);
      tx.beforeRelease = (effect) => effects.push(effect);
      return await work(tx);
    } finally {
      await this.connection.query('COMMIT');
      for (const effect of effects) await effect();
    }
  }

  /**
   * Reads of the storage engine during `work`: rows along an index, key look-ups, rows of temporary tables; and index
   * and data pages, with InnoDB's read-ahead. The pages are of the whole server, so it must be idle.
   */
  async countReads(work) {
    await this.connection.query('FLUSH STATUS');
    const before = await this.pages();
    const result = await work();
    const pages = (await this.pages()) - before;
    const [rows] = await this.connection.query("SHOW SESSION STATUS LIKE 'Handler_read%'");
    const of = Object.fromEntries(rows.map((row) => [row.Variable_name.slice(13), Number(row.Value)]));
    return {
      result,
      walked: of.next + of.prev + of.first + of.last,
      keys: of.key,
      temporary: of.rnd + of.rnd_next,
      pages,
    };
  }

  async pages() {
    const [[row]] = await this.connection.query("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_read_requests'");
    return Number(row.Value);
  }

  close() {
    return this.connection.end();
  }
}
