import { tracingChannel } from 'node:diagnostics_channel';
import { CLIENT, Span, type Attributes } from './span.js';

/** mysql2's event of a statement (its lib/tracing.js). Never use `values`: they are private. */
interface Statement {
  query: string;
  database: string;
  serverAddress: string;
  serverPort?: number;
  error?: { code?: string; errno?: number };
}

/** A request has a handful; a fault in one must not fill the queue. */
const MOST = 100;

/**
 * Makes a span of every statement below the span that is current, by mysql2's own diagnostics channels: nothing is
 * patched, and nothing happens in mysql2 while nobody has subscribed.
 *
 * @param current the request's span, if there is one in this place
 * @param over takes a span that has ended
 * @returns a function that ends it
 */
export function traceStatements(current: () => Span | undefined, over: (span: Span) => void): () => void {
  const prepared = handlers(preparedName, true, current, over);
  // Here mysql2 has put the values into the text: only the verb is used.
  const plain = handlers(verbOf, false, current, over);
  tracingChannel<object, Statement>('mysql2:execute').subscribe(prepared);
  tracingChannel<object, Statement>('mysql2:query').subscribe(plain);
  return () => {
    tracingChannel<object, Statement>('mysql2:execute').unsubscribe(prepared);
    tracingChannel<object, Statement>('mysql2:query').unsubscribe(plain);
  };
}

function handlers(
  nameOf: (query: string) => string,
  withText: boolean,
  current: () => Span | undefined,
  over: (span: Span) => void,
) {
  const spans = new WeakMap<Statement, Span>();
  return {
    start(statement: Statement): void {
      const parent = current();
      // Work after the answer is no part of the request.
      if (!parent || parent.ended !== undefined || parent.children >= MOST) return;
      parent.children += 1;
      const { query, database, serverAddress, serverPort } = statement;
      const attributes: Attributes = { 'db.system.name': 'mysql', 'db.namespace': database };
      attributes['db.operation.name'] = verbOf(query);
      if (withText) attributes['db.query.text'] = query;
      attributes['server.address'] = serverAddress;
      if (serverPort !== undefined) attributes['server.port'] = serverPort;
      spans.set(statement, new Span(nameOf(query), CLIENT, parent.traceId, parent.id, attributes));
    },
    asyncStart(statement: Statement): void {
      const span = spans.get(statement);
      if (!span) return;
      spans.delete(statement);
      const { error } = statement;
      if (error) {
        // The code and not the message, which repeats values.
        span.failed = true;
        span.attributes['error.type'] = error.code ?? 'other';
        if (error.errno !== undefined) span.attributes['db.response.status_code'] = String(error.errno);
      }
      span.end();
      over(span);
    },
    end(): void {},
    asyncEnd(): void {},
    error(): void {},
  };
}

function verbOf(query: string): string {
  return (/^\W*(\w{1,20})/.exec(query)?.[1] ?? 'statement').toUpperCase();
}

/** `SELECT posts`: the verb and the first table. */
function preparedName(query: string): string {
  const [, table = ''] = /\b(?:FROM|INTO|UPDATE|JOIN)\s+`?(\w+)/i.exec(query) ?? [];
  return `${verbOf(query)} ${table}`.trim();
}
