import { createApp } from './app.js';
import { standardError } from './common/http/log-output.js';
import { createLogger } from './common/http/logger.js';
import { configOrExit } from './config/config.js';
import { CannotStart, start } from './start.js';
import { endOnFault, stopOnSignal } from './stop.js';

const config = configOrExit();
endOnFault(createLogger(config, standardError));
const app = await createApp(config);
stopOnSignal(app, config);
try {
  await start(app, config);
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
