import { Agent, request } from 'node:http';
import { createApp } from '../dist/app.js';
import { loadConfig } from '../dist/config/config.js';
import { Metrics } from '../dist/metrics/metrics.js';
import { configOf, createSchema } from './lib/database.mjs';
import { median, printTable, timesInTurn } from './lib/measure.mjs';

/**
 * `node bench/metrics.mjs`: CPU of counting requests. Two servers in one process on one empty
 * database, asked in turn, so that other work on the machine affects both. See README.md.
 */
const NAME = 'madang_bench_metrics';
const ROUNDS = 300;
/** Requests of one round, one after the other on one connection. */
const REQUESTS = 20;

await createSchema(NAME);
const watch = Metrics.prototype.watch;
const uncounted = await start(() => (Metrics.prototype.watch = () => undefined));
Metrics.prototype.watch = watch;
const counted = await start();

const servers = [uncounted, counted];
for (const path of ['/health/live', '/api/v1/boards']) {
  // CPU time of this process, user and system: everything except MySQL.
  const cpu = servers.map(() => 0);
  const times = await timesInTurn(
    ROUNDS,
    servers.map(({ port, agent }, i) => async () => {
      const before = process.cpuUsage();
      for (let n = 0; n < REQUESTS; n++) await get(port, agent, path);
      const { user, system } = process.cpuUsage(before);
      cpu[i] += user + system;
    }),
  );
  const rows = ['no metrics', 'metrics'].map((name, i) => [
    name,
    `${((median(times[i]) / REQUESTS) * 1000).toFixed(0)} µs`,
    (median(times[i]) / median(times[0])).toFixed(3),
    `${(cpu[i] / (ROUNDS + 1) / REQUESTS).toFixed(0)} µs`,
    (cpu[i] / cpu[0]).toFixed(3),
  ]);
  console.log(`GET ${path}: ${ROUNDS} rounds of ${REQUESTS} requests each, client in the same process`);
  printTable(['', 'a request', '×', 'CPU of it', '×'], rows);
}
const metrics = counted.app.get(Metrics);
const [reading] = await timesInTurn(ROUNDS, [async () => metrics.text()]);
console.log(`GET /metrics: ${metrics.text().length} bytes, made in ${(median(reading) * 1000).toFixed(0)} µs`);
for (const { app, agent } of servers) {
  agent.destroy();
  await app.close();
}

async function start(before = () => undefined) {
  const config = loadConfig({ DB_HOST: 'x', NODE_ENV: 'test', RATE_LIMITS: 'off', LOG_LEVEL: 'fatal' });
  config.database = configOf(NAME);
  before();
  const app = await createApp(config);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  return { app, port, agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
}

function get(port, agent, path) {
  return new Promise((resolve, reject) => {
    const asked = request({ port, agent, path, host: '127.0.0.1' }, (answer) => {
      answer.resume().on('end', resolve);
      if (answer.statusCode !== 200) reject(new Error(String(answer.statusCode)));
    });
    asked.on('error', reject).end();
  });
}
