/** Limits of time in milliseconds. */
export interface Budget {
  /** The wait for a connection: a free one, or a new one. */
  wait: number;
  /** MySQL ends a SELECT, or its wait for a lock, after this long; half a second later the connection is closed. */
  statement: number;
  /** From BEGIN: an older transaction is closed with its connection, so that it cannot block others. */
  transaction: number;
}

/** A request's: together they stay below its deadline of 5 s. */
export const OF_REQUEST: Budget = { wait: 1_000, statement: 3_000, transaction: 10_000 };

/** For commands that an operator waits for, such as `repair`, and for migrations. */
export const OF_COMMAND: Budget = { wait: 30_000, statement: 3_600_000, transaction: 3_600_000 };

/** Milliseconds of batches of reads and groups of writes. */
export const OF_BATCH = {
  /** The longest wait of a read or a write. Its request has the rest of the 5 s for the work. */
  wait: 3_000,
  /** After this time the next batch does not wait for the statement before it: its connection may be lost. */
  slow: 200,
};

/** Milliseconds for a new connection, and for MySQL to close all of them at the end of the program. */
export const OF_CONNECTION = { open: 2_000, close: 1_000 };
