import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from './database.js';
import { Pool } from './pool.js';
import { Probe } from './probe.js';

/** Access to MySQL. Owns no table. Only its migrations change the schema. */
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
