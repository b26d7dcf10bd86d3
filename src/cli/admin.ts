import { Logger } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { Passwords } from '../accounts/passwords/passwords.js';
import { Clock } from '../common/clock.js';
import { createLogger, NestLogger } from '../common/http/logger.js';
import { SecurityEvents } from '../common/security-events.js';
import { loadConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { explain } from './explain.js';
import { Refused, runAdmin, ADMIN_USAGE } from './admin/commands.js';
import { readPassword } from './admin/read-password.js';

/** `admin` creates the first admin: no route does. */
async function main(args: string[]): Promise<void> {
  const config = loadConfig(process.env);
  const database = await Database.open(config.database);
  // Security events are lines of JSON on stderr here too.
  Logger.overrideLogger(new NestLogger(createLogger(config, process.stderr)));
  const accounts = new AccountsService(database, new Passwords(config), config, new Clock());
  try {
    const terminal = {
      print: (line: string) => console.log(line),
      readPassword: () => readPassword(process.env, process.stdin, process.stdout),
    };
    await runAdmin(args, database, accounts, terminal, new SecurityEvents(config));
  } finally {
    await database.close();
  }
}

const args = process.argv.slice(2);
if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
  console.log(ADMIN_USAGE);
} else {
  try {
    await main(args);
  } catch (error) {
    console.error(explain(error, Refused));
    process.exitCode = error instanceof Refused ? error.exitCode : 1;
  }
}
