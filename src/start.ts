import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isDatabaseAway } from './common/problems/translate.js';
import type { Config } from './config/config.js';
import { CannotConnect } from './database/connect.js';
import { schemaFault, type SchemaFault } from './database/migrating/schema-state.js';
import { Probe } from './database/probe.js';

/** Milliseconds between two attempts to reach the database. */
const PAUSE = 1_000;
/** Attempts after which the log repeats that it is away. */
const SAY_AGAIN = 30;

/**
 * Connections that may wait in the kernel to be accepted, at most net.core.somaxconn. Node's default is 511. A client
 * beyond it tries again after 1, 3 and 7 s, so that a burst would delay some clients by seconds.
 */
const BACKLOG = 4_096;

const logger = new Logger('Start');

/** The reason not to start, in words for an operator. Waiting does not help. */
export class CannotStart extends Error {}

/**
 * Listens. Without a database the server starts all the same: it answers 503 and tries again until the database is
 * there. A fault that does not end by waiting stops the start: a refused log-in or certificate, or a schema that is
 * older than this release or half migrated.
 *
 * @throws CannotStart
 */
export async function start(app: NestFastifyApplication, config: Config): Promise<void> {
  let away = await look(app);
  await app.listen({ port: config.port, host: config.host, backlog: BACKLOG });
  for (let looks = 0; away; looks++) {
    if (looks % SAY_AGAIN === 0) logger.warn(`${away} Not ready until it does.`);
    await sleep(PAUSE);
    away = await look(app);
    if (!away) logger.log('The database answers.');
  }
}

/** Checks the schema. Returns the fault of a database that may come back, else null. */
async function look(app: NestFastifyApplication): Promise<string | null> {
  try {
    const fault = await schemaFault(app.get(Probe));
    if (fault) throw new CannotStart(wordsOf(fault));
    return null;
  } catch (error) {
    if (error instanceof CannotConnect && error.lasting) throw new CannotStart(error.message, { cause: error });
    if (error instanceof CannotConnect) return error.message;
    if (isDatabaseAway(error)) return 'MySQL does not answer.';
    throw error;
  }
}

function wordsOf({ kind, migrations }: SchemaFault): string {
  const names = migrations.join(', ');
  return kind === 'half'
    ? `A migration is half done: ${names}. Either \`migrate\` runs right now, or it failed or was killed: run it again, it goes on.`
    : `The schema is behind this release: ${names} not applied. Run \`migrate\` first.`;
}
