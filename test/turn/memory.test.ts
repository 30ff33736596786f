import { afterAll, beforeAll, expect, test } from 'vitest';
import { actOnBot } from '../../src/rehearsal/fake-wecom/bot-by-hand.ts';
import { fakeBotCredentials } from '../../src/rehearsal/fake-wecom/bot-fake.ts';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { removeFolder } from '../store/other-process.ts';
import { type ChildService, compileProduct, type DataFolder, makeDataFolder, startService } from './child-service.ts';

/** Megabytes (of a million bytes) that Node may hold with every WeCom door open; the database's processes are not Node's. */
const most = 180;

const robot = 'robot-of-b1';
const words = [
  '帮助',
  '学习',
  '我的',
  '昨天下午去社区清垃圾两小时',
  '对',
  '算党费',
  '8000',
  '取消',
  '党费',
  '年度计划',
  '取消',
];
let code: string;
let folder: DataFolder;
let wecom: FakeWecom;
let service: ChildService;
beforeAll(async () => {
  code = compileProduct();
  folder = await makeDataFolder(9);
  const db = await folder.open();
  await db.pool.query(`update unit set groups = $1`, [JSON.stringify({ webhook: robot })]);
  await db.close();
  wecom = await startFakeWecom({ robots: [robot], bot: { credentials: fakeBotCredentials } });
  const { botId, secret } = fakeBotCredentials;
  service = await startService(
    code,
    {
      DATA_DIR: folder.path,
      WECOM_BOT_ID: botId,
      WECOM_BOT_SECRET: secret,
      WECOM_BOT_WS: wecom.bot!.ws,
      WECOM_CONTACT_SECRET: 'secret-of-the-contacts',
    },
    wecom.url,
  );
  wecom.setCallback(service.callback);
}, 120_000);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
  await wecom.close();
  folder.remove();
  removeFolder(code);
});

test(`with every WeCom door open, Node stays under ${most} MB while hundreds of messages come in`, {
  timeout: 300_000,
}, async () => {
  for (let round = 0; round < 60; round += 1) {
    await Promise.all(
      Array.from({ length: 9 }, async (_, index) => {
        const from = `m${index + 1}`;
        const text = words[(round * 7 + index) % words.length]!;
        if (index < 6) return wecom.say({ from, text });
        return actOnBot(wecom.bot, index === 8 ? { from, text, group: 'group-1' } : { from, text });
      }),
    );
  }
  expect((service.memory() * 1024 * 1024) / 1e6).toBeLessThan(most);
});
