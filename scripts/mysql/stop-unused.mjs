import { stopUnused } from './local.mjs';

// node scripts/mysql/stop-unused.mjs FOLDER: what local.mjs runs when a process that used a server for tests has died.
await stopUnused(process.argv[2]);
