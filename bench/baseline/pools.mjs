import mysql from 'mysql2/promise';

const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME } = process.env;
const POOL = 16;

const options = {
  ...{ host: DB_HOST, port: Number(DB_PORT), user: DB_USER, password: DB_PASSWORD, database: DB_NAME },
  ...{ charset: 'utf8mb4_0900_ai_ci', timezone: 'Z', connectionLimit: POOL, maxPreparedStatements: 200 },
};
export const reads = mysql.createPool(options);
const writes = mysql.createPool(options);
reads.pool.on('connection', (connection) => connection.query('SET SESSION group_concat_max_len = 1048576'));
// Without autocommit the first statement begins the transaction.
writes.pool.on('connection', (connection) =>
  connection.query("SET SESSION autocommit = 0, transaction_isolation = 'READ-COMMITTED'"),
);

export async function transaction(work) {
  const connection = await writes.getConnection();
  try {
    const answer = await work(connection);
    await connection.execute('COMMIT');
    return answer;
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  } finally {
    connection.release();
  }
}
