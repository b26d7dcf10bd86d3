/** Limits of time in milliseconds. */
export interface Budget {
  /** Waiting for a connection: for a free one, or for a new one to be made. */
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
  /** That a read or a write waits at most. Its request has the rest of the 5 s for the work. */
  wait: 3_000,
  /** After which the next batch does not wait for the statement before it: its connection may be lost. */
  slow: 200,
};

/** Milliseconds: until a new connection is there, and that MySQL gets to close all of them when the program ends. */
export const OF_CONNECTION = { open: 2_000, close: 1_000 };
