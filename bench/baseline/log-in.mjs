import bcrypt from 'bcrypt';
import { OPERATOR } from '../../dist/accounts/passwords/hash-queue.js';
import { Passwords } from '../../dist/accounts/passwords/passwords.js';
import { loadConfig } from '../../dist/config/config.js';
import { median } from '../lib/measure.mjs';
import { closedLoop, Connections, percentile } from '../lib/open-loop.mjs';
import { listTimes } from './measure.mjs';
import { request } from './requests.mjs';

const PASSWORD = 'maeil-achim-9si';
/** Accounts that log in. None of them reads, and each stays below its limit. */
const [FIRST, LAST] = [300, 999];
const WIDTH = 4;
const STORM = 8;
/** The goals: share of the rate of bcrypt alone; ratio of a list's time with and without log-ins. */
const RATE = 0.97;
const SLOWER = 1.5;

/** @returns {Promise<import('./goals.mjs').Goal[]>} */
export async function measureLogIn({ madang, campus, seconds, rounds }) {
  const hash = await givePasswords(campus.connection, madang.env);
  const rates = { bcrypt: [], madang: [] };
  for (let round = 0; round < rounds; round++) {
    rates.bcrypt.push(await rateOfBcrypt(hash, 2 * seconds));
    rates.madang.push(await rateOfLogIns(madang, WIDTH, 2 * seconds));
  }
  console.log(`log in: ${rates.madang.map(two)} a second, bcrypt alone ${rates.bcrypt.map(two)}`);
  const lists = { calm: [], storm: [] };
  for (let round = 0; round < rounds; round++) {
    lists.calm.push(...(await listTimes(madang, 2 * seconds)));
    const [times] = await Promise.all([listTimes(madang, 2 * seconds), rateOfLogIns(madang, STORM, 2 * seconds)]);
    lists.storm.push(...times);
  }
  const [calm, storm] = [lists.calm, lists.storm].map((times) => percentile(times, 0.99));
  console.log(`lists: 99 of 100 in ${two(calm)} ms, in a storm of log-ins ${two(storm)} ms`);
  const ratio = median(rates.madang) / median(rates.bcrypt);
  return [
    { name: 'log in', what: 'rate, × one bcrypt alone', value: ratio, limit: RATE, is: 'least' },
    { name: 'log in', what: 'p99 of lists in a storm, × without', value: storm / calm, limit: SLOWER },
  ];
}

const two = (number) => number.toFixed(2);

/** @returns {Promise<string>} the hash of all of them */
async function givePasswords(connection, env) {
  const passwords = new Passwords(loadConfig(env));
  const { hash, pepperVersion, version } = await passwords.hash(PASSWORD, OPERATOR);
  await connection.query(
    'UPDATE accounts SET password_hash = ?, pepper_version = ?, hash_version = ? WHERE id BETWEEN ? AND ?',
    [hash, pepperVersion, version, FIRST, LAST],
  );
  return hash;
}

async function rateOfBcrypt(hash, seconds) {
  const began = performance.now();
  const ends = began + seconds * 1000;
  let count = 0;
  for (; performance.now() < ends; count++) await bcrypt.compare('x'.repeat(64), hash);
  return (count * 1000) / (performance.now() - began);
}

let n = 0;

/** All that began, until the last is answered: so none is counted in part. */
async function rateOfLogIns(madang, width, seconds) {
  const connections = new Connections(madang.port);
  const next = () => {
    const username = `user${FIRST + (n++ % (LAST - FIRST))}`;
    return request('POST', '/auth/login', 0, { username, password: PASSWORD });
  };
  const { rate, took, elapsed } = await closedLoop(connections, { width, seconds, next });
  connections.close();
  if (took.length > Math.round(rate * seconds)) throw new Error('A log-in failed.');
  return took.length / elapsed;
}
