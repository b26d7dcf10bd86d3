import { stopUnused } from './local.mjs';

// node scripts/mysql/stop-unused.mjs FOLDER: local.mjs runs it after a process with a test server has died.
await stopUnused(process.argv[2]);
