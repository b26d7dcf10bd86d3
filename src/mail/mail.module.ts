import { Global, Module } from '@nestjs/common';
import { Mailer } from './mailer.js';

/** Outgoing mail. Owns no table; the callers write the mails. */
@Global()
@Module({ providers: [Mailer], exports: [Mailer] })
export class MailModule {}
