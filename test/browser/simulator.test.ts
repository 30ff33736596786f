// The simulator as a newcomer meets it: a real browser, the real application, a clock that moves only by the page's buttons.

import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { simulatorChannel } from '../../src/channels/simulator.ts';
import { loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { openWorld, type World } from '../../src/rehearsal/world.ts';
import { attachmentById } from '../../src/store/attachments.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { keepChat, takeChatBack } from '../../src/store/simulator-chat.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { makeServer } from '../../src/web/server.ts';
import { simulatorPage } from '../../src/web/simulator/simulator-page.ts';
import { hasChromium, openChromium } from './chromium.ts';

const start = Date.parse('2026-12-04T10:00:00+08:00');
const themeDay = Date.parse('2026-12-07T08:30:00+08:00');
const readability = readFileSync(new URL('./readability.js', import.meta.url), 'utf8');
/** A red dot of 2 × 2. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(!hasChromium())('the simulator in a browser', () => {
  let db: Database;
  let world: World;
  let server: FastifyInstance;
  let browser: Browser;
  let address: string;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    db = await openThrowaway();
    await migrate(db, migrations);
    await fillOrganisation(db.pool, 'test/fixtures/orgs/small.yaml');
    world = await openWorld({
      db,
      library: loadLibrary(viewNames, { sample: true }),
      at: start,
      openDoor: async ({ clock }) => ({
        channel: simulatorChannel({
          deliver: keepChat(db.pool, clock),
          takeBack: takeChatBack(db.pool, clock),
          sentIn: (id) => attachmentById(db.pool, id, clock()),
        }),
        async connect() {},
        async act() {},
        async close() {},
      }),
    });
    server = await makeServer({
      pool: db.pool,
      log: pino({ level: 'silent' }),
      open: async (http) => {
        await http.register(simulatorPage, {
          pool: db.pool,
          units: world.app.units,
          log: pino({ level: 'silent' }),
          pollEvery: 50,
          time: { now: world.now, mayMove: true, moveTo: world.moveTo, nextThemeDay: async () => themeDay },
          async receive(inbound) {
            const reply = await world.app.receive(inbound);
            await world.app.dispatcher.drain();
            return reply;
          },
        });
      },
    });
    address = await server.listen({ port: 0, host: '127.0.0.1' });
    browser = await openChromium();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await world?.close();
    await db?.close();
  });

  beforeEach(async () => {
    page = await browser.newPage({
      viewport: { width: 390, height: 844 },
      locale: 'zh-CN',
      timezoneId: 'America/New_York',
    });
    page.setDefaultTimeout(10_000);
    troubles = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${address}/`)) troubles.push(`asks elsewhere: ${request.url()}`);
    });
    await page.goto(`${address}/simulator`);
    await page.locator('#chips button').first().waitFor();
  });
  afterEach(async () => {
    await page.close();
    expect(troubles).toEqual([]);
  });

  const log = () => page.getByRole('log');
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const bubbles = (text: string) => log().getByText(text, { exact: false });

  async function be(name: string): Promise<void> {
    await page.getByRole('button', { name: /换一个人/ }).click();
    await page.getByRole('navigation').getByRole('button', { name }).click();
    await page.getByRole('button', { name: new RegExp(`您现在是${name}`) }).waitFor();
  }

  async function say(text: string): Promise<void> {
    await page.getByLabel('说点什么').fill(text);
    await page.getByLabel('说点什么').press('Enter');
  }

  test('a sentence, a card, a tap: the report is kept, and is still there when the page comes again', async () => {
    await be('赵磊');
    await say('昨天下午去社区清垃圾两小时');
    await bubbles('12月3日').waitFor();
    await button('对').click();
    await bubbles('记下').waitFor();
    const { rows } = await db.pool.query(
      `select member, on_day, data->>'hours' as hours from fact where kind = 'volunteer_service'`,
    );
    expect(rows).toEqual([{ member: 'zhaolei', on_day: '2026-12-03', hours: '2' }]);
    await page.reload();
    await bubbles('记下').waitFor();
    expect(await log().locator('.chosen').innerText()).toBe('对');
    expect(await page.getByRole('button', { name: /您现在是赵磊/ }).count()).toBe(1);
  });

  test('a picture and a voice note', async () => {
    await be('孙波');
    await page.locator('#file').setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: picture });
    await log().getByRole('img', { name: '图片：现场.png' }).waitFor();
    await button('发语音').click();
    await page.getByLabel('语音里说的话').fill('昨天下午在敬老院帮忙，两个小时');
    await button('发送语音').click();
    await bubbles('语音 4″').waitFor();
    await bubbles('2小时').waitFor();
    await button('不对').waitFor();
  });

  test('a picture and a voice that a conversation asks for are kept and shown to whom they were meant for', async () => {
    await be('孙波');
    await say('投稿 照片');
    await bubbles('请发一张照片').waitFor();
    await page.locator('#file').setInputFiles({ name: '红点.png', mimeType: 'image/png', buffer: picture });
    await bubbles('标题是什么').waitFor();
    await say('红点');
    await say('不写');
    await say('只在支部内');
    await button('交').click();
    await bubbles('交给支部了').waitFor();
    const kept = await db.pool.query(
      `select name, type, bytes from attachment where member = 'sunbo' and id like 'in-%'`,
    );
    expect(kept.rows).toEqual([{ name: '红点.png', type: 'image/png', bytes: picture }]);
    await say('投稿 朗读');
    await button('发语音').click();
    await page.getByLabel('语音里说的话').fill('春天来了');
    await button('发送语音').click();
    await bubbles('标题是什么').last().waitFor();
    await say('取消');
    await be('王芳');
    await say('看投稿');
    await bubbles('原件另发给您：红点.png').waitFor();
    await log()
      .getByRole('link', { name: /红点.png/ })
      .waitFor();
  });

  test('a file of a kind that is not taken is refused in words', async () => {
    await be('钱多');
    await say('投稿 文章');
    await bubbles('请把文章发过来').waitFor();
    const program = { name: '文章.docx', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\0\0') };
    await page.locator('#file').setInputFiles(program);
    await bubbles('这种文件不能收').waitFor();
    await say('取消');
  });

  test('the clock goes to the theme day; what falls due on the way comes, and dots say to whom', async () => {
    await be('王芳');
    await button('到下个主题党日').click();
    await page.getByRole('status').getByText('12月7日 周一 08:30').waitFor();
    expect(await page.locator('#now').innerText()).toBe('12月7日 周一 08:30');
    await page.getByRole('button', { name: /换一个人/ }).click();
    const zhaolei = page.getByRole('navigation').getByRole('button', { name: '赵磊' });
    await zhaolei.getByText('有新消息').waitFor();
    await zhaolei.click();
    await bubbles('主题党日').first().waitFor();
    await page.getByRole('button', { name: /换一个人/ }).click();
    await zhaolei.getByText('有新消息').waitFor({ state: 'hidden' });
  });

  test('the group hears a sign-in; a colleague reads it with the name beside it', async () => {
    if (world.now() < themeDay) await world.moveTo(themeDay);
    await be('赵磊');
    await page.getByRole('tab', { name: /第一党支部 群/ }).click();
    await button('签到').click();
    await bubbles('收到').waitFor();
    await be('李洁');
    await page.getByRole('tab', { name: /第一党支部 群/ }).click();
    await bubbles('赵磊').waitFor();
    await page.getByRole('tab', { name: /^支部通/ }).press('ArrowRight');
  });

  test('a list is ticked and handed in; it stays as it was', async () => {
    if (world.now() < themeDay) await world.moveTo(themeDay);
    await be('王芳');
    await say('补签');
    const list = log().locator('.checklist').last();
    await list.getByLabel('孙波').check();
    await list.getByLabel('李洁').check();
    expect(await page.evaluate(readability)).toEqual([]);
    await list.getByRole('button', { name: '登记（2）' }).click();
    await bubbles('由您登记').waitFor();
    const ticked = async () => [await list.getByLabel('孙波').isChecked(), await list.getByLabel('钱多').isChecked()];
    expect(await ticked()).toEqual([true, false]);
    await page.reload();
    await bubbles('由您登记').waitFor();
    expect(await ticked()).toEqual([true, false]);
    expect(await list.getByRole('button').innerText()).toContain('已选2项');
    expect(await page.evaluate(readability)).toEqual([]);
  });

  test('a long chat opens at its end, and shows what is taken back', async () => {
    const deliver = keepChat(db.pool, world.now);
    const to = { kind: 'accounts', accounts: ['wuhao'] } as const;
    for (let n = 1; n <= 40; n += 1) await deliver({ to, draft: { text: `第${n}条学习材料` }, serial: 9000 + n });
    await be('吴昊');
    await bubbles('第40条').waitFor();
    expect(
      await page.evaluate(
        `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(chat)`,
      ),
    ).toBeLessThan(5);
    await takeChatBack(db.pool, world.now)(9040);
    await bubbles('支部通撤回了一条消息').waitFor();
    expect(await bubbles('第40条').count()).toBe(0);
  });

  test('a broadcaster has no group and gets their own suggestions', async () => {
    await be('陈静');
    expect(await page.getByRole('tab').count()).toBe(0);
    await button('发布').click();
    await bubbles('公开发布过吗').waitFor();
  });

  test('everything can be read and hit, on small and large screens and in large print', async () => {
    for (const size of [
      { width: 390, height: 844 },
      { width: 320, height: 640 },
      { width: 1280, height: 800 },
    ]) {
      await page.setViewportSize(size);
      for (const print of ['usual', 'large']) {
        expect(await page.evaluate(readability), `${size.width} ${print}`).toEqual([]);
        await button('大字').click();
      }
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: /换一个人/ }).click();
    expect(await page.evaluate(readability)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('#people-side').waitFor({ state: 'hidden' });
  });

  test('the tour leads through, step by step, where there is room for it', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: /看谁没签到/ }).click();
    await page.getByRole('button', { name: /您现在是王芳/ }).waitFor();
    await bubbles('应到').waitFor();
  });
});
