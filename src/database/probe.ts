import type { OnApplicationShutdown } from '@nestjs/common';
import mysql from 'mysql2';
import type { DatabaseConfig } from '../config/database-config.js';
import { Connection, type Parameter } from './connection.js';
import { cannotConnect } from './connect.js';
import { Reader } from './reader.js';
import { connectionOptions } from './server-options.js';

/** Milliseconds that a statement of the probe may take. */
const PATIENCE = 1_500;

/** Checks that the database answers, on a connection of its own: a busy pool must not look like a lost database. */
export class Probe extends Reader implements OnApplicationShutdown {
  private connection: Connection | undefined;

  constructor(private readonly config: DatabaseConfig) {
    super();
  }

  /** @throws CannotConnect, or MySQL's error */
  protected async execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    try {
      if (!this.connection || this.connection.isClosed) this.connection = open(this.config);
      return await this.connection.execute(sql, parameters);
    } catch (error) {
      throw cannotConnect(error, this.config);
    }
  }

  onApplicationShutdown(): void {
    this.connection?.close(new Error('The probe is closed.'));
  }
}

function open(config: DatabaseConfig): Connection {
  const driver = mysql.createConnection(connectionOptions(config));
  const connection = new Connection(driver, PATIENCE);
  // Also when it breaks between two statements, as at MySQL's restart.
  driver.on('error', (error: Error) => connection.close(error));
  return connection;
}
