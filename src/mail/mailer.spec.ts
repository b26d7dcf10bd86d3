import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Background } from '../common/background.js';
import type { Config } from '../config/config.js';
import { Mailer } from './mailer.js';

const MAIL = { to: 'minsu@example.com', subject: '[마당] 확인', text: '확인 코드: 482913' };

beforeEach(() => Logger.overrideLogger(false));

describe('without SMTP', () => {
  it('a mail goes to a folder that only its owner reads', async () => {
    const mailDirectory = join(await mkdtemp(join(tmpdir(), 'madang-mail-')), 'new');
    const background = new Background();
    const mailer = new Mailer({ mailDirectory } as Config, background);
    mailer.post(MAIL);
    mailer.post(MAIL);
    await background.beforeApplicationShutdown();
    const files = await readdir(mailDirectory);
    expect(files).toHaveLength(2);
    expect(await readFile(join(mailDirectory, files[0]), 'utf8')).toBe(
      `To: ${MAIL.to}\nSubject: ${MAIL.subject}\n\n${MAIL.text}\n`,
    );
    expect((await stat(join(mailDirectory, files[0]))).mode & 0o077).toBe(0);
    await rm(mailDirectory, { recursive: true });
  });

  it('a folder that cannot be written fails nobody', async () => {
    const background = new Background();
    new Mailer({ mailDirectory: '/dev/null/mail' } as Config, background).post(MAIL);
    await expect(background.beforeApplicationShutdown()).resolves.toBeUndefined();
  });
});

describe('by SMTP', () => {
  let server: Server;
  let received = '';

  /** As much of a mail server as one mail needs; one that is `mute` accepts the connection and says nothing. */
  async function smtpServer(mute = false): Promise<string> {
    received = '';
    server = createServer((socket) => {
      if (mute) return;
      let inData = false;
      socket.write('220 ready\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const text = chunk.toString();
        received += text;
        if (inData) {
          if (!received.endsWith('\r\n.\r\n')) return;
          inData = false;
          socket.write('250 taken\r\n');
        } else if (text.startsWith('DATA')) {
          inData = true;
          socket.write('354 go on\r\n');
        } else socket.write(text.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  afterEach(() => void server.close());

  it('a mail arrives', async () => {
    const background = new Background();
    const config = { smtpUrl: await smtpServer(), mailFrom: 'Madang <no-reply@campus.example>' } as Config;
    new Mailer(config, background).post(MAIL);
    await background.beforeApplicationShutdown();
    expect(received).toContain('MAIL FROM:<no-reply@campus.example>');
    expect(received).toContain('RCPT TO:<minsu@example.com>');
    const body = received.split('\r\n\r\n').at(-1)!.split('\r\n.\r\n')[0];
    expect(Buffer.from(body, 'base64').toString()).toBe(MAIL.text);
  });

  it('a server that says nothing is given up after five seconds', async () => {
    const background = new Background();
    new Mailer({ smtpUrl: await smtpServer(true), mailFrom: 'x@y.zz' } as Config, background).post(MAIL);
    const start = performance.now();
    await background.beforeApplicationShutdown();
    expect(performance.now() - start).toBeGreaterThan(4_900);
  });
});
