import { createApp } from './app.js';
import { configOrExit } from './config/config.js';
import { stopOnSignal } from './stop.js';

const config = configOrExit();
const app = await createApp(config);
stopOnSignal(app, config.drainSeconds);
await app.listen(config.port, config.host);
