import { subscribe, unsubscribe } from 'node:diagnostics_channel';

interface Traced {
  query: string;
}

/** The SQL statements of `work`, in order, without the first statements of a new connection. */
export async function statementsOf<T>(work: () => Promise<T>): Promise<{ statements: string[]; result: T }> {
  const statements: string[] = [];
  const note = (message: unknown) => {
    const { query } = message as Traced;
    if (!query.startsWith('SET SESSION')) statements.push(query);
  };
  const channels = ['tracing:mysql2:query:start', 'tracing:mysql2:execute:start'];
  for (const channel of channels) subscribe(channel, note);
  try {
    return { result: await work(), statements };
  } finally {
    for (const channel of channels) unsubscribe(channel, note);
  }
}
