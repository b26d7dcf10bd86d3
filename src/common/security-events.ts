import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Tally } from './tally.js';

const EVENTS = [
  'login.failed',
  'password.refused',
  'password.changed',
  'password.reset',
  'email.changed',
  'code.refused',
  'refresh.reused',
  'sessions.ended',
  'role.changed',
  'limit.hit',
] as const;
export type SecurityEvent = (typeof EVENTS)[number];

/** Whom an event is about. Each value stands in the log as a keyed hash. */
export interface EventSubject {
  accountId?: number;
  /** A username that nobody has. */
  username?: string;
  network?: string;
  /** Any other key of a limit. */
  key?: string;
}

/** Further members of the line: fixed words, nothing of a person or an item. */
export interface EventDetails {
  limit?: string;
  role?: string;
}

/**
 * Security events as log lines of their own, counted for `/metrics`.
 *
 * The lines have no request id, no route, no board and no item: beside the line of a request they must not say who made
 * it. So never report writing, reading, liking or reporting here.
 */
@Injectable()
export class SecurityEvents {
  readonly counts = new Tally<SecurityEvent>(...EVENTS);
  private readonly logger = new Logger('Security');
  private readonly key: Buffer;

  constructor(config: Config) {
    // Rotates with the secret: afterwards the same person has another hash.
    this.key = Buffer.from(hkdfSync('sha256', config.jwtSecrets[0], '', 'madang security events', 32));
  }

  report(event: SecurityEvent, subject: EventSubject, details: EventDetails = {}): void {
    this.counts.add(event);
    const hashes = Object.entries(subject).map(([kind, value]) => [
      kind === 'accountId' ? 'account' : kind,
      this.hash(kind, String(value)),
    ]);
    this.logger.warn({ event, ...Object.fromEntries(hashes), ...details });
  }

  /** An account in the log. */
  hashOfAccount(id: number): string {
    return this.hash('accountId', String(id));
  }

  /** 16 characters, 96 bits: the log hides longer texts as tokens. */
  private hash(kind: string, value: string): string {
    return createHmac('sha256', this.key).update(`${kind}\0${value}`).digest('base64url').slice(0, 16);
  }
}
