import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/ports.mjs';

const READY_WITHIN = 30_000;
/** Milliseconds of a tick in /proc, on every Linux. */
const TICK = 10;

/** A server program that is measured. Linux. */
export class Program {
  /**
   * @param {string} name
   * @param {string} script
   * @param {Record<string, string>} env
   * @param {string} readyPath answers 200 when the program can be asked
   * @param {string} log where its output goes
   */
  static async start(name, script, env, readyPath, log) {
    const port = await freePort();
    const output = openSync(log, 'w');
    const child = spawn(process.execPath, [script], {
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const program = new Program(name, child, port);
    const began = performance.now();
    while (!(await fetch(`http://127.0.0.1:${port}${readyPath}`).catch(() => undefined))?.ok) {
      if (performance.now() - began > READY_WITHIN || child.exitCode !== null) {
        throw new Error(`${name} does not become ready: ${readFileSync(log, 'utf8').slice(-2_000)}`);
      }
      await sleep(20);
    }
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

  async stop() {
    const gone = once(this.child, 'exit');
    if (this.child.exitCode === null && this.child.kill('SIGTERM')) await gone;
  }
}

/** Milliseconds of processor time that a process has used. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Milliseconds of processor time that the whole machine has used. */
export function cpuOfMachine() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1, 8)
    .map(Number);
  return (user + nice + system + irq + softirq) * TICK;
}

/** Megabytes of memory of a process, shared pages in part (PSS). */
export function memoryOf(pid) {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
}
