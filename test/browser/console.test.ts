// The operator's page in a real browser, at the width of a phone and of a desk: readable, nothing cut, nothing asked of anybody else.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk, plantFigures } from '../web/console/console-setup.ts';
import { hasChromium, openChromium } from './chromium.ts';

const readability = readFileSync(new URL('./readability.js', import.meta.url), 'utf8');
/** Set to a folder to look at the page. */
const pictures = process.env.PICTURES;

describe.skipIf(!hasChromium())('the operator’s page in a browser', () => {
  let desk: Desk;
  let browser: Browser;
  let address: string;
  let closed: string;

  beforeAll(async () => {
    desk = await openDesk();
    await plantFigures(desk.db);
    address = await (await desk.open()).listen({ port: 0, host: '127.0.0.1' });
    closed = await (
      await desk.open({ local: false, login: { whoIs: async () => undefined, address: () => '/login' } })
    ).listen({
      port: 0,
      host: '127.0.0.1',
    });
    browser = await openChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
  });

  test.each([390, 1280])('at %i px everything is readable, nothing is cut and nobody else is asked', async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 844 }, locale: 'zh-CN' });
    const troubles: string[] = [];
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (!/^http:\/\/127\.0\.0\.1:/.test(request.url())) troubles.push(`asks elsewhere: ${request.url()}`);
    });
    const look = async (url: string, name: string) => {
      await page.goto(url);
      if (pictures) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
      }
      expect(await page.evaluate(readability), name).toEqual([]);
    };
    await look(`${address}/console`, 'console');
    const { width: drawn } = (await page.getByRole('img', { name: '登录微信的二维码' }).boundingBox())!;
    expect(drawn).toBeGreaterThan(200);
    await look(`${address}/console/docs/operations.md`, 'manual');
    await page.goto(`${closed}/console`);
    troubles.length = 0;
    await look(`${closed}/console`, 'closed').finally(() => page.close());
    // A 403 is told on the browser's console, and nothing else.
    expect(troubles.filter((trouble) => !trouble.includes('403'))).toEqual([]);
  });
});
