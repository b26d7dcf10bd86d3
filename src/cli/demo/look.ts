import type { DataSource } from 'typeorm';
import { DEMO_ACCOUNTS } from './people.js';

type Connection = Pick<DataSource, 'query'>;

export interface LogIn {
  username: string;
  password: string;
  nickname: string;
}

/** Whether nobody has used this database yet. */
export async function isEmpty(connection: Connection): Promise<boolean> {
  const [{ used }] = (await connection.query(
    'SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM boards) AS used',
  )) as { used: number }[];
  return !Number(used);
}

/** The demo accounts that still exist under their names. Passwords are not checked. */
export async function demoLogIns(connection: Connection): Promise<LogIn[]> {
  const rows = (await connection.query(
    'SELECT username_key AS username, nickname FROM accounts WHERE username_key IN (?) AND leaving_at IS NULL',
    [DEMO_ACCOUNTS.map(({ username }) => username)],
  )) as { username: string; nickname: string }[];
  return DEMO_ACCOUNTS.filter(({ username, nickname }) =>
    rows.some((row) => row.username === username && row.nickname === nickname),
  ).map(({ username, password, nickname }) => ({ username, password, nickname }));
}
