import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Background } from '../common/background.js';
import { Config } from '../config/config.js';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Milliseconds for a mail server. The default is minutes, and a stop waits for open mail. */
const PATIENCE = { dnsTimeout: 5_000, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/**
 * Sends mail by SMTP. Without SMTP_URL (never in production) it writes mail to a folder and the log. Mail is sent after
 * the answer, so a mail server that is down fails no request.
 */
@Injectable()
export class Mailer {
  private readonly logger = new Logger(Mailer.name);
  private readonly transport: Transporter | undefined;
  private count = 0;

  constructor(
    private readonly config: Config,
    private readonly background: Background,
  ) {
    if (config.smtpUrl) this.transport = createTransport({ url: config.smtpUrl, ...PATIENCE });
  }

  post(mail: Mail): void {
    void this.background.run('mail', () => this.deliver(mail));
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
