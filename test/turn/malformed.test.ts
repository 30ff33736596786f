import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { makeServer } from '../../src/web/server.ts';
import { removeFolder } from '../store/other-process.ts';
import { type Broken, brokenRequests, exchange, seeded } from './broken-requests.ts';
import { type ChildService, compileProduct, type DataFolder, makeDataFolder, startService } from './child-service.ts';
import { nextId, read, rowCounts, seal } from './service.ts';

/** `NOISE_MB=50 npx vitest run test/turn/malformed.test.ts` sends more of it. */
const noise = Number(process.env.NOISE_MB ?? 6) * 1024 * 1024;
/** Megabytes that the service may have grown by. */
const growth = 80;

let code: string;
let folder: DataFolder;
let db: Database;
let wecom: FakeWecom;
let service: ChildService;
beforeAll(async () => {
  code = compileProduct();
  folder = await makeDataFolder(3);
  wecom = await startFakeWecom();
  db = await folder.open();
  service = await startService(code, { DATA_DIR: folder.path }, wecom.url, 'serve');
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
  await db.close();
  await wecom.close();
  folder.remove();
  removeFolder(code);
});

const port = () => Number(new URL(service.callback).port);

/** Sends broken requests over sixteen connections at a time until so many bytes are through; answers by what was wrong with the request. */
async function send(bytes: number, next: () => Broken): Promise<Map<string, Set<number | undefined>>> {
  const answers = new Map<string, Set<number | undefined>>();
  let sent = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (sent < bytes) {
        const request = next();
        sent += request.bytes.length;
        const status = await exchange(port(), request);
        if (request.hangsUp || (status === undefined && request.mayBeCut)) continue;
        const known = answers.get(request.name) ?? new Set();
        answers.set(request.name, known.add(status));
      }
    }),
  );
  return answers;
}

test('broken requests are refused: no fault of ours, no row, no growth', { timeout: 600_000 }, async () => {
  const next = brokenRequests(seeded(7));
  await send(noise / 10, next);
  const rows = await rowCounts(db);
  const memory = service.memory();
  const answers = await send(noise, next);
  for (const [name, statuses] of answers)
    for (const status of statuses) expect([name, status]).toEqual([name, expect.toSatisfy((n) => n >= 400 && n < 500)]);
  expect(await rowCounts(db)).toEqual(rows);
  expect(service.memory() - memory).toBeLessThan(growth);
  expect(service.log()).not.toMatch(/"level":[56]0/);
  expect(await say('签到')).toMatch(/签到/);
});

test('a request that never comes to its end is given up', async () => {
  const server = await makeServer({ pool: db.pool, log: pino({ level: 'silent' }), open: async () => {} });
  await server.ready();
  expect(server.server.requestTimeout).toBe(30_000);
  await server.close();
});

async function say(text: string, fields: Record<string, string> = {}): Promise<string> {
  const { body, query } = seal({ from: 'm1', text, id: nextId(), fields }, Date.now());
  const response = await fetch(`${service.callback}?${query}`, { method: 'POST', body });
  expect(response.status).toBe(200);
  return read(await response.text());
}

test('odd but signed messages of a member are taken and answered', async () => {
  await say('取消');
  for (const text of [
    '\0',
    '签\0到',
    '\ud800',
    '&#xD800;',
    '&#0;',
    '\u202e倒',
    '😀'.repeat(500),
    ' ',
    '',
    '长'.repeat(200_000),
    '\u0007\u001b[2J',
  ])
    expect(await say(text)).not.toMatch(/是我这边的问题/);
  const odd: Record<string, string>[] = [
    { MsgId: '\0' },
    { MsgId: '1\0' },
    { MsgId: '&#0;' },
    { MsgId: '号'.repeat(60) },
    { MsgId: '\ud83d' },
    { CreateTime: '0' },
    { CreateTime: '999999999999' },
    { MsgType: '\0' },
    { MsgType: 'text\0' },
    { MsgType: 'image', MediaId: '\0' },
    { MsgType: 'file', MediaId: '1', FileName: '\0.pdf' },
    { MsgType: 'voice', MediaId: '1', Recognition: '签\0到' },
    { MsgType: 'event', Event: '\0' },
    { MsgType: 'event', Event: 'click', EventKey: '\0' },
    { MsgType: 'event', Event: 'template_card_event', EventKey: 'answer:\0', TaskId: '\0', ResponseCode: '\0' },
    { MsgType: 'event', Event: 'template_card_menu_event', EventKey: 'start:\ud800' },
    { FromUserName: 'm1\0' },
    { FromUserName: '用户' },
  ];
  for (const fields of odd)
    expect([fields, await say('签到', fields)]).toEqual([fields, expect.not.stringContaining('我这边')]);
  expect(service.log()).not.toMatch(/"level":[56]0/);
  expect(await say('签到')).toMatch(/签到/);
});
