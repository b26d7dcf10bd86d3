import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker, Host, ORIGIN } from './host.mjs';
import { makeImages } from './images.mjs';
import { Traffic } from './traffic.mjs';

// node rehearsal.mjs FOLDER [all] — see .ci/deploy. Runs in the network of the containers.

const [folder, scenes] = process.argv.slice(2);
const all = scenes === 'all';
const host = new Host(folder);
const [images] = await Promise.all([makeImages(folder, all), host.prepare()]);
const traffic = new Traffic(ORIGIN);
const figures = [];
const NONE = { reads: 0, writes: 0, some: [] };

await firstRelease();
await traffic.prepare(await anAdmin());
traffic.start();
try {
  await quiet();
  await goodRelease();
  await brokenRelease('no-migration', /migration failed.*ALTER TABLE failed/s, { untouched: true });
  await brokenRelease('ends-at-once', /ended while it started.*the new release has a bug/s);
  if (all) await everythingElse();
} catch (error) {
  const lines = (await docker(['logs', '--tail', '20000', 'madang-rehearsal-nginx-1'])).split('\n');
  console.error(
    lines
      .filter((line) => !/"status":20[01]/.test(line))
      .slice(-40)
      .join('\n'),
  );
  throw error;
} finally {
  await traffic.stop();
}
await nothingIsLost();
console.log(`note: ${figures.join('; ')}`);

// --- The scenes ------------------------------------------------------------------------------------------------------

async function firstRelease() {
  if (all) {
    const said = await release('never-ready', 1, { READY_SECONDS: '3' });
    assert.match(said, /there was no release before: all is stopped again/);
    assert.equal(await docker(['ps', '--quiet', '--filter', 'label=com.docker.compose.project=madang-rehearsal']), '');
  }
  await release('a', 0);
  await everywhere('a');
}

async function everythingElse() {
  await brokenConfiguration();
  await brokenRelease('never-ready', /is not ready after 15 s/);
  await brokenRelease('dies-young', /app-1 (ended|was ready).*out of something/s);
  await interruptedRelease();
  await killedRelease();
  await lastThree();
  await rollback('c');
}

/** The machine handles this load without a release. So later failures are caused by a release. */
async function quiet() {
  let tally;
  for (let turn = 0; turn < 10; turn++) {
    await sleep(3_000);
    tally = traffic.take();
    if (tally.failedReads.length + tally.failedWrites.length === 0) return;
  }
  assert.deepEqual(failures(tally), NONE, 'even without a release');
}

/** With a changed configuration of nginx, and a new file. */
async function goodRelease() {
  const conf = readFileSync(shippedNginx(), 'utf8').replace('http {', 'http {\n  include release-b.conf;');
  writeFileSync(shippedNginx(), conf);
  writeFileSync(join(host.shipped, 'nginx/release-b.conf'), 'add_header X-Rehearsal b;\n');
  const { seconds } = await shipped(['release', images.b], 0);
  await everywhere('b');
  const { headers } = await fetch(`${ORIGIN}/health/live`);
  assert.equal(headers.get('x-rehearsal'), 'b');
  const tally = traffic.take();
  assert.deepEqual(failures(tally), NONE);
  assert.ok(tally.reads > 0 && tally.writes > 0, 'no request during the release');
  figures.push(
    `a release in ${seconds.toFixed(0)} s under ${Math.round((tally.reads + tally.writes) / seconds)} requests/s: ` +
      `0 of ${tally.reads} reads and 0 of ${tally.writes} writes failed (${tally.askedAgain} asked again)`,
  );
}

async function brokenConfiguration() {
  const good = readFileSync(shippedNginx(), 'utf8');
  writeFileSync(shippedNginx(), good.replace('http {', 'http {\n  no_such_directive on;'));
  const before = await host.replicas();
  const said = await release('c', 1);
  assert.match(said, /FAILED: nginx: .*no_such_directive/s);
  assert.deepEqual(await host.replicas(), before);
  assert.equal(host.read('nginx/nginx.conf'), good);
  writeFileSync(shippedNginx(), good);
  noFailedRead('a broken nginx configuration');
}

async function brokenRelease(kind, why, { untouched = false } = {}) {
  const before = await host.replicas();
  const { said, seconds } = await timed(kind, 1, { WATCH_SECONDS: '6' });
  assert.match(said, why);
  await everywhere('b');
  if (untouched) assert.deepEqual(await host.replicas(), before);
  const { failedWrites } = noFailedRead(kind);
  figures.push(`${kind}: back in ${seconds.toFixed(0)} s, 0 failed reads, ${failedWrites.length} writes tried again`);
}

/** As after a power loss: the next release must first roll back. */
async function killedRelease() {
  const front = host.start(images.c);
  await heard(front, /app-1 runs/);
  await killWorker(front, 'SIGKILL');
  const status = await host.release('status');
  assert.match(status.said, /INTERRUPTED/);
  const said = await release('c', 0);
  assert.match(said, /was interrupted: first back.*release 2 serves again.*release 3 is out/s);
  await everywhere('c');
  noFailedRead('a killed release');
}

/** Ctrl-C: the terminal's process passes it on. */
async function interruptedRelease() {
  const front = host.start(images.c);
  await heard(front, /app-1 is ready/);
  front.kill('SIGINT');
  const code = await new Promise((resolve) => front.once('close', resolve));
  assert.equal(code, 1);
  await everywhere('b');
  noFailedRead('an interrupted release');
}

async function lastThree() {
  await release('d', 0);
  const status = await host.release('status');
  const kept = [...status.said.matchAll(/^release \d+ {2}(\S+) {2}madang-rehearsal:(\w)/gm)];
  assert.deepEqual(
    kept.map(([, , kind]) => kind),
    ['d', 'c', 'b'],
  );
  const there = (await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', 'madang-release'])).split('\n');
  assert.deepEqual(there.sort(), kept.map(([, image]) => image).sort());
}

async function rollback(to) {
  const { seconds } = await shipped(['rollback'], 0);
  await everywhere(to);
  noFailedRead('rollback');
  figures.push(`rollback in ${seconds.toFixed(0)} s`);
}

async function nothingIsLost() {
  const rows = await host.sql("SELECT content, COUNT(*) FROM comments WHERE content LIKE '댓글 %' GROUP BY content");
  const there = new Map(rows.map(([content, count]) => [content, Number(count)]));
  const lost = [...traffic.acknowledged].filter((content) => !there.has(content));
  const twice = rows.filter(([, count]) => count !== '1');
  assert.deepEqual({ lost: lost.length, twice: twice.length }, { lost: 0, twice: 0 });
  assert.ok(traffic.acknowledged.size > 100, 'there were hardly any writes');
  figures.push(`${traffic.acknowledged.size} acknowledged writes, each there once`);
}

// --- What they share -------------------------------------------------------------------------------------------------

async function release(kind, code, variables) {
  return (await timed(kind, code, variables)).said;
}

async function timed(kind, code, variables = {}) {
  const what = kind === 'rollback' ? kind : images[kind];
  return told(what, code, await host.release(what, { WATCH_SECONDS: '1', ...variables }));
}

/** As the workflow does it. */
async function shipped(words, code) {
  return told(words.join(' '), code, await host.ship(words, { WATCH_SECONDS: '1' }));
}

function told(what, code, done) {
  console.log(`--- ${what}: ${done.code} after ${done.seconds.toFixed(1)} s\n${done.said}`);
  assert.equal(done.code, code);
  return done;
}

async function everywhere(kind) {
  const id = await docker(['image', 'inspect', '--format', '{{.Id}}', images[kind]]);
  const replicas = await host.replicas();
  assert.deepEqual(
    replicas.map(({ image, running }) => [image, running]),
    replicas.map(() => [id, true]),
  );
  // nginx has all replicas again.
  const upstream = await docker(['exec', 'madang-rehearsal-nginx-1', 'cat', '/run/madang/upstream.conf']);
  const [, app] = /upstream app \{(.*?)\}/s.exec(upstream);
  assert.equal(app.match(/^\s*server /gm)?.length, replicas.length);
}

function noFailedRead(during) {
  const tally = traffic.take();
  assert.deepEqual(failures({ ...tally, failedWrites: [] }), NONE, during);
  return tally;
}

function failures({ failedReads, failedWrites }) {
  return {
    reads: failedReads.length,
    writes: failedWrites.length,
    some: [...failedReads.slice(0, 5), ...failedWrites.slice(0, 5)],
  };
}

/** The first admin, created as an operator would. */
async function anAdmin() {
  const password = randomBytes(18).toString('base64');
  const command = `printf '%s\\n' "$PASSWORD" | node dist/cli/admin.js create rehearsaladmin`;
  await docker(['exec', '--env', 'PASSWORD', 'madang-rehearsal-app-1-1', 'sh', '-c', command], {
    env: { ...process.env, PASSWORD: password },
  });
  return { username: 'rehearsaladmin', password };
}

function shippedNginx() {
  return join(host.shipped, 'nginx/nginx.conf');
}

async function heard(child, words) {
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => words.test((said += text)) && resolve());
    child.once('close', () => reject(new Error(`ended without ${words}: ${said}`)));
  });
}

async function killWorker(front, signal) {
  const children = readFileSync(`/proc/${front.pid}/task/${front.pid}/children`, 'utf8').trim().split(' ');
  const worker = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--work'));
  process.kill(-Number(worker), signal); // the leader of its session, with its children
  await new Promise((resolve) => front.once('close', resolve));
}
