import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { startApp, type TestApp } from './support/app.js';
import { launchBrowser, withBrowser } from './support/browser.js';
import { anAccount, PASSWORD } from './support/factories.js';

/** An address as typed by a visitor: neither PUBLIC_URL nor loopback, for which Swagger UI has exceptions. */
const HOST = 'madang.test';
withBrowser('in a browser', () => {
  let t: TestApp;
  let browser: Browser;
  let page: Page;
  let address: string;
  /** Complaints of the browser: errors in scripts, the Content Security Policy, failed loads. */
  let complaints: string[];

  beforeAll(async () => {
    const port = await freePort();
    t = await startApp({ env: { PORT: String(port) } });
    await t.app.listen(port, '127.0.0.1');
    address = `http://${HOST}:${port}`;
    browser = await launchBrowser(
      `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
      // As behind TLS: with http only, some security headers are ignored with a warning.
      `--unsafely-treat-insecure-origin-as-secure=${address}`,
    );
    page = await browser.newPage({ viewport: { width: 1280, height: 1100 }, locale: 'ko-KR' });
    complaints = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('/ links to the reference, which shows every operation', async () => {
    await page.goto(address);
    await page.getByRole('link', { name: 'API 문서' }).click();
    await page.locator('.opblock').first().waitFor();
    const shown = await page.locator('.opblock-summary-path').evaluateAll((all) => all.map((one) => one.textContent));
    const documented = t.contract.operations.map((operation) => operation.split(' ')[1]);
    // Swagger UI breaks long paths with invisible characters.
    expect(new Set(shown.map((path) => path!.replace(/\u200b/g, '')))).toEqual(new Set(documented));
    expect(complaints).toEqual([]);
  });

  it('a wrong password does not log in; a right one does, also after a reload', async () => {
    const minsu = await anAccount(t);
    const login = await openOperation('POST /api/v1/auth/login');
    const me = await openOperation('GET /api/v1/accounts/me');
    expect(await call(login)).toBe('401');
    expect(await call(me)).toBe('401');
    // The browser itself reports each of them.
    expect(complaints.splice(0).map((text) => /status of (\d+)/.exec(text)?.[1])).toEqual(['401', '401']);

    expect(await call(login, { username: minsu.username, password: PASSWORD })).toBe('200');
    expect(await call(me)).toBe('200');
    expect(await me.locator('.live-responses-table .microlight').first().textContent()).toContain(minsu.username);

    await page.goto(`${address}/docs`);
    expect(await call(await openOperation('GET /api/v1/accounts/me'))).toBe('200');
    expect(complaints).toEqual([]);
  });

  it("folds the errors of an operation; uses the browser's language, Korean, and English after the switch", async () => {
    const login = await openOperation('POST /api/v1/auth/login');
    const errors = login.locator('details.errors-folded');
    const refused = errors.locator('.response[data-code="401"]');
    await errors.waitFor();
    expect(await errors.locator('summary').textContent()).toMatch(/^오류 \(\d+\)$/);
    expect([await refused.count(), await refused.isVisible()]).toEqual([1, false]);
    expect(await login.locator('.response[data-code="200"]').isVisible()).toBe(true);
    await errors.locator('summary').click();
    expect(await refused.isVisible()).toBe(true);
    expect(await login.locator('.opblock-summary-description').textContent()).toBe('로그인하기');

    await page.getByRole('link', { name: 'English' }).click();
    await page.waitForURL(/\?lang=en$/);
    await page.locator('.opblock').first().waitFor();
    const again = await openOperation('POST /api/v1/auth/login');
    expect(await again.locator('.opblock-summary-description').textContent()).toBe('Log in');
  }, 60_000);

  it('fits a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  /** Unfolds `POST /path` and returns its block. */
  async function openOperation(name: string): Promise<Locator> {
    const [method, path] = name.split(' ');
    const block = page
      .locator(`.opblock-${method.toLowerCase()}`)
      .filter({ has: page.locator(`.opblock-summary-path[data-path="${path}"]`) });
    await block.locator('.opblock-summary-control').click();
    return block;
  }

  /** Tries an operation, with the example or another body, and returns the status on the page. */
  async function call(block: Locator, body?: object): Promise<string> {
    const tryOut = block.getByRole('button', { name: 'Try it out' });
    if (await tryOut.isVisible()) await tryOut.click();
    if (body) await block.locator('textarea').first().fill(JSON.stringify(body));
    const answered = page.waitForResponse((response) => response.request().method() !== 'OPTIONS');
    await block.getByRole('button', { name: 'Execute' }).click();
    const expected = String((await answered).status());
    const status = block.locator('.live-responses-table tbody .response-col_status').first();
    await status.filter({ hasText: expected }).waitFor();
    return ((await status.textContent()) ?? '').trim().slice(0, 3);
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
