import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/ports.mjs';

const READY_WITHIN = 30_000;
/** Milliseconds of a tick in /proc, on every Linux. */
const TICK = 10;

/** A measured server program. Linux. */
export class Program {
  /**
   * @param {object} options
   * @param {string} options.name
   * @param {string} options.script
   * @param {Record<string, string>} options.env
   * @param {string} options.log file for its output
   * @param {string} [options.readyPath] answers 200 when the program is ready
   * @param {string} [options.node]
   */
  static async start({ name, script, env, log, readyPath = '/health/ready', node = process.execPath }) {
    const port = await freePort();
    const output = openSync(log, 'w');
    const began = performance.now();
    const child = spawn(node, [script], {
      env: { PATH: process.env.PATH, ...env, HOST: '127.0.0.1', PORT: String(port) },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const program = new Program(name, child, port);
    while (!(await fetch(`http://127.0.0.1:${port}${readyPath}`).catch(() => undefined))?.ok) {
      if (performance.now() - began > READY_WITHIN || child.exitCode !== null) {
        throw new Error(`${name} does not become ready: ${readFileSync(log, 'utf8').slice(-2_000)}`);
      }
      await sleep(2);
    }
    program.readyAfter = performance.now() - began;
    return program;
  }

  constructor(name, child, port) {
    this.name = name;
    this.child = child;
    this.port = port;
  }

  get pid() {
    return this.child.pid;
  }

  async stop(signal = 'SIGTERM') {
    const gone = once(this.child, 'exit');
    if (this.child.exitCode === null && this.child.kill(signal)) await gone;
  }
}

/** CPU time of a process in milliseconds. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** CPU time of the whole machine in milliseconds. */
export function cpuOfMachine() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1, 8)
    .map(Number);
  return (user + nice + system + irq + softirq) * TICK;
}

/**
 * Memory of a process and its children in megabytes; shared pages count in part.
 *
 * @param {'Pss' | 'Pss_Anon'} [kind] all pages, or without files such as the program itself
 */
export function memoryOf(pid, kind = 'Pss') {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const own = Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(rollup)[1]) / 1024;
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.reduce((sum, child) => sum + memoryOf(child, kind), own);
}
