import { readdirSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ImportsService } from '../src/catalogue/imports/imports.service.js';
import { lockCatalogue } from '../src/catalogue/imports/run-import.js';
import { MAX_FILE_BYTES, TemporaryFiles } from '../src/catalogue/imports/upload.js';
import { parseSemesterName } from '../src/catalogue/semesters/semester-name.js';
import { runImportCommand } from '../src/cli/catalogue/import-command.js';
import { LongConnection } from '../src/database/long-connection.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { testDatabase } from './support/database.js';
import { anAccount, aSemester, aStaffAccount } from './support/factories.js';
import { form, plainFile, plainLectures } from './support/imports.js';
import { settled } from './support/settled.js';

let t: TestApp;
let admin: Client;
let member: Client;
beforeAll(async () => {
  t = await startApp();
  [admin, member] = [await aStaffAccount(t), await anAccount(t)];
});

const file = (count: number) => plainFile(plainLectures(count));
const nameOf = ({ year, term }: any) => `${year}-${term}`;
const send = (by: Client, fields: Record<string, string>, content?: string | Buffer, name?: string) =>
  by.post('/catalogue/imports', ...form(fields, content, name));

/** Starts an import and waits for its end. */
async function imported(semester: any, content: string, fields: Record<string, string> = {}): Promise<any> {
  const started = await send(admin, { semester: nameOf(semester), ...fields }, content);
  expect(started).toMatchObject({ status: 202, headers: { location: `/api/v1/catalogue/imports/${started.body.id}` } });
  await settled(t);
  return (await admin.get(`/catalogue/imports/${started.body.id}`)).body;
}

describe('POST /catalogue/imports', () => {
  // An open file on disk has no name, so none can be forgotten.
  afterEach(() => expect(readdirSync(tmpdir()).filter((name) => name.startsWith('madang-import-'))).toEqual([]));

  it('is for admins', async () => {
    const [body, headers] = form({ semester: '2026-autumn' }, file(1));
    expect(await t.anyone.post('/catalogue/imports', body, headers)).toMatchObject({ status: 401 });
    for (const by of [member, await aStaffAccount(t, 'moderator')]) {
      expect(await by.post('/catalogue/imports', body, headers)).toMatchObject({
        status: 403,
        body: { code: 'ADMINS_ONLY' },
      });
    }
  });

  it('accepts only a form, and no other route accepts one', async () => {
    for (const type of ['application/json', 'text/csv', 'multipart/mixed; boundary=x']) {
      const answer = await admin.post('/catalogue/imports', '{}', { 'content-type': type });
      expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    }
    // Also not for its size, which would close the connection during the upload.
    const large = JSON.stringify('x'.repeat(300_000));
    expect(await admin.post('/catalogue/imports', large, { 'content-type': 'application/json' })).toMatchObject({
      status: 415,
    });
    const [body, headers] = form({ name: '게시판' });
    expect(await admin.post('/boards', body, headers)).toMatchObject({ status: 415 });
    expect(await admin.post('/auth/login', body, headers)).toMatchObject({ status: 415 });
  });

  it('requires one file and a known semester, and accepts no other fields', async () => {
    const semester = nameOf(await aSemester(t));
    const bad = async (pointer: string, code: string, ...given: [Record<string, string>, string?, string?]) =>
      expect(await send(admin, ...given)).toMatchObject({ status: 400, body: { errors: [{ pointer, code }] } });
    await bad('#/file', 'REQUIRED', { semester });
    await bad('#/semester', 'REQUIRED', {}, file(1));
    await bad('#/colour', 'UNKNOWN_KEY', { semester, colour: 'red' }, file(1));
    await bad('#/photo', 'UNKNOWN_KEY', { semester }, file(1), 'photo');
    await bad('#/file', 'NOT_A_FILE', { semester, file: 'text' });
    await bad('#/dryRun', 'NOT_A_FLAG', { semester, dryRun: 'yes' }, file(1));
    await bad('#/format', 'NOT_A_CHOICE', { semester, format: 'xml' }, file(1));
    for (const unknown of ['2999-autumn', '999999', '2026-herbst', '../etc']) {
      expect(await send(admin, { semester: unknown }, file(1))).toMatchObject({
        status: 404,
        body: { code: 'SEMESTER_NOT_FOUND' },
      });
    }
  });

  it('refuses an incomplete or invalid form', async () => {
    const semester = nameOf(await aSemester(t));
    const [body, headers] = form({ semester }, file(5));
    const cut = [body.length - 20, body.length - 200, 60].map((end) => [body.subarray(0, end), headers] as const);
    const none = { 'content-type': 'multipart/form-data' };
    for (const [sent, as] of [...cut, [Buffer.from('x'), headers] as const, [body, none] as const]) {
      const answer = await admin.post('/catalogue/imports', sent, as);
      expect(answer).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    }
    expect((await admin.get('/catalogue/imports?limit=100')).body.items.map((one: any) => one.semester)).not.toContain(
      semester,
    );
  });

  it('accepts files up to a limit; the limits of other routes stay', async () => {
    const semester = nameOf(await aSemester(t));
    const large = Buffer.alloc(MAX_FILE_BYTES + 1, 0x20);
    expect(await send(admin, { semester }, large)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    const lectures = `${plainFile(plainLectures(5))}${' '.repeat(1024 * 1024)}`;
    expect(await send(admin, { semester }, lectures)).toMatchObject({ status: 202 });
    await settled(t);
    const answer = await admin.post('/boards', JSON.stringify({ name: 'x'.repeat(300 * 1024) }));
    expect(answer).toMatchObject({ status: 413 });
  });

  describe('when the file cannot be stored', () => {
    const files = () => t.app.get(TemporaryFiles);
    afterEach(() => void Reflect.deleteProperty(files(), 'open'));

    /** An upload and then a read on one connection, over a socket: the first answer is sent during the upload. */
    async function onOneConnection(): Promise<string[]> {
      await t.app.listen(0, '127.0.0.1').catch(() => undefined);
      const { port } = t.app.getHttpServer().address() as { port: number };
      const [body, headers] = form({ semester: '2026-autumn' }, Buffer.alloc(3 * 1024 * 1024, 0x20));
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      const ended = new Promise((resolve) => socket.on('close', resolve));
      const head = Object.entries({ host: 'x', authorization: `Bearer ${admin.accessToken}`, ...headers });
      const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.write(`POST /api/v1/catalogue/imports HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      await ended;
      return [...text.matchAll(/HTTP\/1\.1 (\d+) |"code":"(\w+)"/g)].map(([, status, code]) => status ?? code);
    }

    it('a full disk is 507, and the connection stays usable', async () => {
      files().open = () => open('/dev/full', 'r+');
      expect(await onOneConnection()).toEqual(['507', 'INSUFFICIENT_STORAGE', '200']);
    });

    it('a missing folder is 503, and the connection stays usable', async () => {
      files().open = () => open('/nowhere/file', 'wx+');
      expect(await onOneConnection()).toEqual(['503', 'UPLOADS_UNAVAILABLE', '200']);
    });
  });

  it('imports in the background and reports the result', async () => {
    const semester = await aSemester(t);
    const done = await imported(semester, file(25));
    expect(done).toMatchObject({
      ...{ semester: nameOf(semester), format: 'json', dryRun: false, force: false, strict: false },
      ...{ state: 'done', reason: null, finishedAt: expect.any(String) },
      progress: { phase: 'applying', rows: 25, compared: 25 },
      report: { applied: true, counts: { added: 25 }, changes: { total: 25 }, badRows: { total: 0, items: [] } },
    });
    expect(done.progress.bytes).toBe(done.progress.bytesTotal);
    const found = await t.anyone.get(`/lectures?semester=${semester.id}&limit=100`);
    expect(found.body.items).toHaveLength(25);
    const again = await imported({ year: '', term: '', ...semester }, file(25), { semester: String(semester.id) });
    expect(again).toMatchObject({ state: 'done', report: { counts: { unchanged: 25 }, changes: { total: 0 } } });
  });

  it('keeps the file open until it is read, also if its first records contain dates', async () => {
    const semester = await aSemester(t);
    const header = 'course_crn,course_section,short_name,full_name,course_days_of_the_week,course_credit_hours';
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},01,R-${i % 300},Course ${i % 300},,3`);
    const done = await imported(semester, [header, ...rows].join('\n'));
    expect(done).toMatchObject({ state: 'done', report: { format: 'rpi', counts: { rows: 30_000, added: 300 } } });
  });

  it('supports dryRun, force and strict, and refuses suspicious files', async () => {
    const semester = await aSemester(t);
    const dry = await imported(semester, file(10), { dryRun: 'true' });
    expect(dry).toMatchObject({ state: 'done', dryRun: true, report: { applied: false, counts: { added: 10 } } });
    await imported(semester, file(10));
    const lost = await imported(semester, file(5));
    expect(lost).toMatchObject({ state: 'refused', report: { applied: false, refusal: { code: 'lost' } } });
    expect(lost.reason).toContain('5 would be cancelled');
    const forced = await imported(semester, file(5), { force: 'true' });
    expect(forced).toMatchObject({ state: 'done', force: true, report: { counts: { removed: 5 } } });
    const strict = await imported(semester, plainFile([...plainLectures(5), {}]), { strict: 'true' });
    expect(strict).toMatchObject({ state: 'refused', report: { refusal: { code: 'badRows' } } });
    const unreadable = await imported(semester, 'nonsense');
    expect(unreadable).toMatchObject({ state: 'refused', report: null, format: null });
    expect(unreadable.reason).toContain('format is not recognised');
  });

  it('lets five wait, and accepts more after they are done', async () => {
    const semester = nameOf(await aSemester(t));
    const other = await LongConnection.open(t.config.database);
    await lockCatalogue(other, 0, () => undefined);
    const sent = await Promise.all(Array.from({ length: 8 }, () => send(admin, { semester }, file(3))));
    expect(sent.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(sent.filter(({ body }) => body.code === 'TOO_MANY_IMPORTS')).toHaveLength(3);
    await other.close();
    await settled(t);
    expect((await send(admin, { semester }, file(3))).status).toBe(202);
    await settled(t);
  });

  it('runs one at a time, and loses none', async () => {
    const semester = await aSemester(t);
    const started = await Promise.all(
      Array.from({ length: 4 }, () => send(admin, { semester: nameOf(semester) }, file(40))),
    );
    await settled(t);
    const all = await Promise.all(started.map(({ body }) => admin.get(`/catalogue/imports/${body.id}`)));
    expect(all.map(({ body }) => body.state)).toEqual(['done', 'done', 'done', 'done']);
    expect(all.map(({ body }) => body.report.counts.added).sort((a, b) => a - b)).toEqual([0, 0, 0, 40]);
  });
});

describe('GET /catalogue/imports', () => {
  it('is for admins', async () => {
    for (const path of ['/catalogue/imports', '/catalogue/imports/1']) {
      expect(await t.anyone.get(path)).toMatchObject({ status: 401 });
      expect(await member.get(path)).toMatchObject({ status: 403, body: { code: 'ADMINS_ONLY' } });
    }
    expect(await admin.get('/catalogue/imports/999999')).toMatchObject({
      status: 404,
      body: { code: 'IMPORT_NOT_FOUND' },
    });
  });

  it('lists them, the newest first, page by page, without their reports', async () => {
    const semester = await aSemester(t);
    const ids = [];
    for (const _ of [1, 2, 3]) ids.push((await imported(semester, file(3))).id);
    const items = await admin.all('/catalogue/imports', 2);
    expect(items.slice(0, 3).map(({ id }) => id)).toEqual(ids.toReversed());
    expect(items[0]).not.toHaveProperty('report');
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });

  it('lists those by the command, also what was refused unread and what left no report', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'madang-command-'));
    const semester = await aSemester(t);
    const command = async (content: string, report?: string) => {
      await writeFile(join(folder, 'file'), content);
      const options = { dates: {}, format: undefined, dryRun: false, force: false, strict: false, report };
      const into = parseSemesterName(nameOf(semester))!;
      return runImportCommand(
        { name: 'import', path: join(folder, 'file'), semester: into, ...options },
        testDatabase(),
        { isTTY: false, write: () => true },
        new AbortController().signal,
      );
    };
    const newest = async () => (await admin.get('/catalogue/imports')).body.items[0];
    await expect(command('no, catalogue\n')).rejects.toThrow('is not recognised');
    expect(await newest()).toMatchObject({
      ...{ semester: nameOf(semester), state: 'refused', format: null },
      reason: expect.stringContaining('is not recognised'),
    });
    await expect(command(file(3), join(folder, 'none', 'report'))).rejects.toThrow(
      'The import is done, but its report',
    );
    expect(await newest()).toMatchObject({ semester: nameOf(semester), state: 'done', reason: null });
    await rm(folder, { recursive: true });
  });

  it('reports an import as failed after its process died', async () => {
    const semester = await aSemester(t);
    const { id } = await imported(semester, file(3));
    await t.database.transaction((tx) =>
      tx.run("UPDATE catalogue_imports SET state = 'running', finished_at = NULL, report = NULL WHERE id = ?", [id]),
    );
    expect((await admin.get(`/catalogue/imports/${id}`)).body).toMatchObject({ state: 'running', finishedAt: null });
    t.clock.advance(60);
    expect((await admin.get(`/catalogue/imports/${id}`)).body).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('all of it was applied or nothing'),
      finishedAt: expect.any(String),
    });
    expect((await admin.get('/catalogue/imports')).body.items[0]).toMatchObject({ id, state: 'failed' });
  });
});

describe('stopping', () => {
  it('ends an import without waiting for it, and the catalogue is unchanged', async () => {
    const other = await startApp({ keepData: true });
    const semester = await aSemester(t);
    const boss = await aStaffAccount(other);
    const started = await send(boss, { semester: nameOf(semester) }, file(20_000));
    expect(started.status).toBe(202);
    other.app.get(ImportsService).onModuleDestroy();
    await settled(other);
    expect((await admin.get(`/catalogue/imports/${started.body.id}`)).body).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('server was stopped'),
    });
    expect((await t.anyone.get(`/lectures?semester=${semester.id}`)).body.items).toEqual([]);
  });
});
