const BATCH = 1_000;

/** Gathers rows by table and inserts them a thousand at a time. */
export class Sink {
  constructor(connection) {
    this.connection = connection;
    this.waiting = new Map();
  }

  async add(table, row) {
    const rows = this.waiting.get(table) ?? [];
    this.waiting.set(table, rows);
    rows.push(row);
    if (rows.length === BATCH) await this.write(table, rows);
  }

  async flush() {
    for (const [table, rows] of this.waiting) if (rows.length > 0) await this.write(table, rows);
  }

  async write(table, rows) {
    const columns = Object.keys(rows[0]);
    const values = rows.map((row) => columns.map((column) => row[column]));
    rows.length = 0;
    await this.connection.query('INSERT INTO ?? (??) VALUES ?', [table, columns, values]);
  }
}
