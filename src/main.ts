import { createApp } from './app.js';
import { InvalidConfig, loadConfig, type Config } from './config/config.js';
import { stopOnSignal } from './stop.js';

function readConfig(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const config = readConfig();
const app = await createApp(config);
stopOnSignal(app, config.drainSeconds);
await app.listen(config.port, config.host);
