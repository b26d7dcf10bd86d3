import { Injectable } from '@nestjs/common';
import { Probe } from '../database/probe.js';
import { schemaFault } from '../database/migrating/schema-state.js';
import { NotReady } from './health.errors.js';

/** Whether this instance can do its work. */
@Injectable()
export class Readiness {
  /** Whether the server is on its way down. */
  draining = false;
  /** Whether reads are sent to other instances. */
  turningAway = false;

  private looking: Promise<string> | undefined;

  constructor(private readonly probe: Probe) {}

  /** From now on not ready: the server stops soon. */
  drain(): void {
    this.draining = true;
  }

  /** From now on reads get 502, until the listener closes. */
  turnAway(): void {
    this.turningAway = true;
  }

  /** @throws NotReady with the reason in its detail */
  async check(): Promise<void> {
    if (this.draining) throw notReady('The server is shutting down.', '서버가 종료 중입니다.');
    // At most one check at a time; parallel callers share it.
    this.looking ??= this.look().finally(() => (this.looking = undefined));
    const answer = await this.looking;
    if (answer === 'away') throw notReady('The database does not answer.', '데이터베이스가 응답하지 않습니다.');
    if (answer === 'behind') throw notReady('The schema is behind.', '데이터베이스 스키마가 최신이 아닙니다.');
    if (answer === 'half')
      throw notReady('A migration is half done.', '데이터베이스 마이그레이션이 끝나지 않았습니다.');
  }

  private async look(): Promise<string> {
    try {
      return (await schemaFault(this.probe))?.kind ?? 'none';
    } catch {
      return 'away';
    }
  }
}

function notReady(en: string, ko: string): NotReady {
  return new NotReady({ detail: { en, ko }, headers: { 'Retry-After': '2' } });
}
