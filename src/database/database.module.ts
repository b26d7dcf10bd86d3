import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from './database.js';
import { Pool } from './pool.js';
import { Probe } from './probe.js';

/** The way to MySQL. Owns no table; the schema changes by the migrations beside it and by nothing else. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [Config],
      useFactory: ({ database, batching }: Config) => new Database(new Pool(database), batching),
    },
    { provide: Probe, inject: [Config], useFactory: ({ database }: Config) => new Probe(database) },
  ],
  exports: [Database, Probe],
})
export class DatabaseModule {}
