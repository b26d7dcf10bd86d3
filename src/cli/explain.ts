import { InvalidConfig } from '../config/config.js';
import { CannotConnect } from '../database/connect.js';
import { databaseErrorOf } from '../database/mysql-errors.js';

type ErrorClass = new (...args: never[]) => Error;

/** The text to print for an error: its message if it is made for people, else its stack. */
export function explain(error: unknown, ...forPeople: ErrorClass[]): unknown {
  if ([InvalidConfig, CannotConnect, ...forPeople].some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  const inDatabase = databaseErrorOf(error);
  return inDatabase ? `The database says: ${inDatabase.message}` : error;
}
