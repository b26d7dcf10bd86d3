import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import { configureApp } from '../../src/app.js';
import { AppModule } from '../../src/app.module.js';
import { Clock } from '../../src/common/clock.js';
import { fastifyAdapter } from '../../src/common/http/fastify.js';
import { createLogger, NestLogger } from '../../src/common/http/logger.js';
import { loadConfig, type Config } from '../../src/config/config.js';
import type { DatabaseConfig } from '../../src/config/database-config.js';
import { Database } from '../../src/database/database.js';
import { Schedule } from '../../src/jobs/schedule.js';
import { Mailer, type Mail } from '../../src/mail/mailer.js';
import { Client } from './client.js';
import { Contract } from './contract.js';
import { injectDeadlocks } from './deadlocks.js';
import { freshDatabase, testDatabase } from './database.js';

/** A running application on the worker's database. Tests control mail and clock. */
export interface TestApp {
  app: NestFastifyApplication;
  fastify: FastifyInstance;
  config: Config;
  database: Database;
  clock: TestClock;
  /** Sent mails, the newest last. */
  mails: Mail[];
  /** A client without an account. */
  anyone: Client;
  contract: Contract;
}

class TestClock extends Clock {
  private offset = 0;

  private frozen: number | undefined;

  override now(): Date {
    return new Date((this.frozen ?? Date.now()) + this.offset);
  }

  /** Stops the clock, so that no time window ends in the middle of a test. */
  freeze(): void {
    this.frozen = Date.now();
  }

  advance(seconds: number): void {
    this.offset += seconds * 1000;
  }
}

const running: NestFastifyApplication[] = [];
/** For all applications of a file. */
let contract: Contract | undefined;

/** The document of the first application of the run. All have the same routes, and making it takes half of a start. */
async function servedDocument(fastify: FastifyInstance): Promise<string> {
  const file = join(process.env.MADANG_TEST_RUN!, 'openapi.json');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { statusCode, payload } = await fastify.inject({ method: 'GET', url: '/openapi.json' });
  if (statusCode !== 200) throw new Error(payload);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, payload);
  renameSync(own, file);
  return payload;
}

export interface AppOptions {
  /** Replaces the run's own server. */
  database?: DatabaseConfig;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** Target of the log instead of stdout. */
  log?: DestinationStream;
  /** Keeps the rows: for a second instance beside the first. */
  keepData?: boolean;
  /** Adds routes and hooks before the API's own. */
  prepare?: (fastify: FastifyInstance) => void;
}

export async function startApp({
  env = {},
  keepData = false,
  log,
  prepare,
  database = testDatabase(),
}: AppOptions = {}): Promise<TestApp> {
  if (!keepData) await freshDatabase(database);
  const config = loadConfig({
    NODE_ENV: 'test',
    DB_HOST: 'replaced below',
    BCRYPT_COST: '4',
    RATE_LIMITS: 'off',
    LOAD_SHEDDING: 'off',
    LOG_LEVEL: process.env.TEST_LOG ?? 'fatal',
    BATCHING: process.env.BATCHING ?? 'on',
    SCHOOL_EMAIL_DOMAINS: 'madang.ac.kr',
    ...env,
  });
  config.database = { ...database, poolSize: config.database.poolSize };
  const clock = new TestClock();
  const mails: Mail[] = [];
  const logger = createLogger(config, log);
  const module = await Test.createTestingModule({ imports: [AppModule.with(config)] })
    .setLogger(new NestLogger(logger))
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(Mailer)
    .useValue({ post: (mail: Mail) => mails.push(mail) })
    // Tests run jobs themselves.
    .overrideProvider(Schedule)
    .useValue({})
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(fastifyAdapter(config, logger), {
    bodyParser: false,
    logger: new NestLogger(logger),
  });
  // Before it is ready, so that it is closed even if the start fails. Otherwise the run would never end.
  running.push(app);
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  prepare?.(fastify);
  await configureApp(app, config, logger);
  contract ??= new Contract(JSON.parse(await servedDocument(fastify)));
  return {
    app,
    fastify,
    config,
    database: process.env.DEADLOCKS === 'on' ? injectDeadlocks(app.get(Database)) : app.get(Database),
    clock,
    mails,
    anyone: new Client(fastify, contract, null),
    contract,
  };
}

export async function stopApps(): Promise<void> {
  for (const app of running.splice(0)) await app.close();
}
