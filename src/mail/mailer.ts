import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Config } from '../config/config.js';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/**
 * Sends mail by SMTP; without SMTP_URL (never in production) it writes it to a folder and the log. Sending is a side
 * effect: it happens after the answer, and a mail server that is down fails no request.
 */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly logger = new Logger(Mailer.name);
  private readonly transport: Transporter | undefined;
  private readonly underWay = new Set<Promise<void>>();
  private count = 0;

  constructor(private readonly config: Config) {
    if (config.smtpUrl) {
      this.transport = createTransport(config.smtpUrl, { connectionTimeout: 5_000, socketTimeout: 10_000 } as never);
    }
  }

  post(mail: Mail): void {
    const sending = this.deliver(mail)
      .catch((error: Error) => this.logger.error({ err: error, subject: mail.subject }))
      .finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async deliver(mail: Mail): Promise<void> {
    if (this.transport) {
      await this.transport.sendMail({ from: this.config.mailFrom, ...mail });
      return;
    }
    const file = join(this.config.mailDirectory, `${Date.now()}-${process.pid}-${++this.count}.txt`);
    await mkdir(this.config.mailDirectory, { recursive: true });
    await writeFile(file, `To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}\n`, { mode: 0o600 });
    this.logger.log({ mail: { ...mail, file } });
  }
}
