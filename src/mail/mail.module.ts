import { Global, Module } from '@nestjs/common';
import { Mailer } from './mailer.js';

/** Outgoing mail. Owns no table and decides nothing about what is sent. */
@Global()
@Module({ providers: [Mailer], exports: [Mailer] })
export class MailModule {}
