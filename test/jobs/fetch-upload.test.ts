// What members send in, from the message to the kept file: over the simulator's door with a source that fails as told, on a real database.

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Content, Receive } from '../../src/channels/channel.ts';
import { type SentIn, simulatorChannel } from '../../src/channels/simulator.ts';
import { dayLength, hour, minute } from '../../src/domain/time.ts';
import { forgetOld } from '../../src/jobs/retention.ts';
import { taskHandlers } from '../../src/jobs/task-handlers.ts';
import { loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { sentFile } from '../../src/rehearsal/sent-file.ts';
import { openWorld, type World } from '../../src/rehearsal/world.ts';
import { cloneDatabase, type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

const start = Date.parse('2026-12-08T10:00:00+08:00');
const picture: SentIn = { bytes: sentFile({ ref: 'a.png', media: 'image' }), name: 'a.png', type: 'image/png' };

let template: Database;
let db: Database;
let world: World;
/** What the source does with the next request; throwing = nobody answers. */
let source: () => SentIn | undefined;
let asked: number;
let count = 0;

beforeAll(async () => {
  template = await openThrowaway();
  await migrate(template, migrations);
  await fillOrganisation(template.pool, 'test/fixtures/orgs/small.yaml');
});
afterAll(() => template.close());

beforeEach(async () => {
  count += 1;
  db = await cloneDatabase(template, `fetch_${process.pid}_${count}`);
  source = () => picture;
  asked = 0;
  let receive: Receive;
  world = await openWorld({
    db,
    library: loadLibrary(viewNames, { sample: true }),
    at: start,
    openDoor: async ({ clock, hear }) => ({
      channel: simulatorChannel({
        deliver: async ({ to, draft }) => {
          if (to.kind === 'accounts') for (const account of to.accounts) hear(account, 'simulator', draft);
        },
        async sentIn() {
          asked += 1;
          return source();
        },
      }),
      async connect(app) {
        receive = app.receive;
      },
      async act(account, { content }) {
        const inbound = { channel: 'simulator' as const, messageId: randomUUID(), account, at: clock(), content };
        const { drafts } = await receive({ ...inbound, place: { kind: 'private' } });
        for (const draft of drafts) hear(account, 'simulator', draft);
      },
      async close() {},
    }),
  });
});
afterEach(async () => {
  await world.close();
  await db.close();
});

async function says(member: string, ...words: readonly (string | Content)[]): Promise<void> {
  for (const word of words)
    await world.act(member, { content: typeof word === 'string' ? { kind: 'text', text: word } : word });
}
const photo: Content = { kind: 'upload', media: 'image', ref: 'anything', name: 'a.png' };
const told = (member: string) => world.heard.filter(({ to }) => to === member).map(({ draft }) => draft.text);
const rows = async (query: string) => (await db.pool.query(query)).rows;
const uploads = () => rows('select state, why, ref from upload');
const files = () => rows('select name, type, member from attachment');
const submissions = () => rows(`select state, title from record where kind = 'submission'`);
const silence = () => {
  throw new Error('nobody answers');
};

describe('a file that a question asked for', () => {
  test('is kept as its member’s own, and nothing is said about it', async () => {
    await says('lijie', '投稿 照片', photo);
    expect(await uploads()).toEqual([{ state: 'kept', why: null, ref: '' }]);
    expect(await files()).toEqual([{ name: 'a.png', type: 'image/png', member: 'lijie' }]);
    expect(told('lijie').at(-1)).toContain('标题');
  });

  test('is fetched again and again while its platform may still have it', async () => {
    source = silence;
    await says('lijie', '投稿 照片', photo);
    await world.moveTo(start + 2 * minute);
    expect(asked).toBeGreaterThan(15);
    expect(await uploads()).toMatchObject([{ state: 'waiting' }]);
    source = () => picture;
    await world.moveTo(start + 3 * minute);
    expect(await uploads()).toMatchObject([{ state: 'kept' }]);
    expect(told('lijie').join()).not.toContain('没有取到');
  });

  test('that nobody ever gave is asked for once more, in one sentence', async () => {
    source = silence;
    await says('lijie', '投稿 照片', photo);
    await world.moveTo(start + 3 * hour);
    expect(await uploads()).toEqual([{ state: 'refused', why: 'gone', ref: '' }]);
    expect(told('lijie').filter((text) => text === '文件没有取到，请再发一次。')).toHaveLength(1);
  });

  test('that is gone is told at once, and the way to it is forgotten', async () => {
    source = () => undefined;
    await says('lijie', '投稿 照片', photo);
    expect(asked).toBe(1);
    expect(await uploads()).toEqual([{ state: 'refused', why: 'gone', ref: '' }]);
    expect(told('lijie').at(-1)).toBe('文件没有取到，请再发一次。');
  });

  test('too large, or of another kind than it says, is told with what is taken', async () => {
    source = () => ({ ...picture, bytes: Buffer.concat([picture.bytes, Buffer.alloc(10 * 1024 * 1024)]) });
    await says('lijie', '投稿 照片', photo);
    expect(told('lijie').at(-1)).toContain('10MB');
    source = () => ({ ...picture, bytes: sentFile({ ref: 'a.exe', media: 'file' }) });
    await says('lijie', photo);
    expect(told('lijie').at(-1)).toContain('这种文件不能收');
    expect(await files()).toEqual([]);
  });

  test('is settled once, however often its task runs', async () => {
    source = () => undefined;
    await says('lijie', '投稿 照片', photo);
    const [task] = await rows(`select id, key, body from task where kind = 'fetch'`);
    const before = told('lijie').length;
    const again = { ...task, attempt: 2, dueAt: start, isHeld: () => true };
    const context = world.app.jobs;
    expect(await Promise.all([0, 1].map(() => taskHandlers.fetch(again, context)))).toMatchObject([
      { kind: 'done' },
      { kind: 'done' },
    ]);
    await world.app.dispatcher.drain();
    expect(told('lijie').length).toBe(before);
  });

  test('that nobody asked for is not even fetched', async () => {
    await says('lijie', photo);
    expect([asked, await uploads(), await files()]).toEqual([0, [], []]);
    expect(told('lijie').at(-1)).toContain('没有保存');
  });
});

describe('a submission whose file is still on the way', () => {
  const handIn = () => says('lijie', '投稿 照片', photo, '周六', '不写', '只在支部内', '交');

  test('is a draft, and reaches the branch with its file', async () => {
    source = silence;
    await handIn();
    expect(await submissions()).toEqual([{ state: 'draft', title: '周六' }]);
    expect(told('wangfang')).toEqual([]);
    source = () => picture;
    await world.moveTo(start + minute);
    expect(await submissions()).toEqual([{ state: 'confirmed', title: '周六' }]);
    expect(told('wangfang').at(-1)).toContain('看投稿');
  });

  test('and never comes is not handed in, and its author knows', async () => {
    source = silence;
    await handIn();
    await world.moveTo(start + 3 * hour);
    expect(await submissions()).toEqual([{ state: 'draft', title: '周六' }]);
    expect(told('lijie').at(-1)).toContain('还没有交上去');
    expect(told('wangfang')).toEqual([]);
  });
});

describe('how long it stays', () => {
  const forget = (at: number) => forgetOld({ ...world.app.jobs, clock: () => at }, at);

  test('a file that belongs to nothing goes after a day, that of a submission with it', async () => {
    await says('lijie', '投稿 照片', photo, '取消');
    await says('zhaolei', '投稿 照片', photo, '周六', '不写', '只在支部内', '交');
    await forget(start + dayLength + 1);
    expect(await files()).toMatchObject([{ member: 'zhaolei' }]);
    await forget(start + 401 * dayLength);
    expect([await files(), await uploads(), await submissions()]).toEqual([[], [], []]);
  });

  test('it goes at once with the author’s data, and when it is taken back', async () => {
    await says('lijie', '投稿 照片', photo, '周六', '不写', '只在支部内', '交');
    await says('zhaolei', '投稿 照片', photo, '周日', '不写', '只在支部内', '交');
    await says('lijie', '删除我的数据', '删除');
    expect(await files()).toMatchObject([{ member: 'zhaolei' }]);
    expect(await submissions()).toEqual([{ state: 'confirmed', title: '周日' }]);
    await says('zhaolei', '撤回投稿', '撤回');
    expect([await files(), await uploads()]).toEqual([[], []]);
    expect(await submissions()).toEqual([{ state: 'withdrawn', title: '已撤回' }]);
    const [{ body }] = await rows(`select body from record where kind = 'submission'`);
    expect(body).toMatchObject({ text: null, file: null, caption: null, says: null });
  });

  test('a member’s copy brings it along', async () => {
    await says('lijie', '投稿 照片', photo, '周六', '不写', '只在支部内', '交');
    await says('lijie', '导出');
    const sent = world.heard.filter(({ to }) => to === 'lijie').flatMap(({ draft }) => draft.file?.name ?? []);
    expect(sent).toEqual(['我的数据.xlsx', '我的数据.json', 'a.png']);
    const [{ bytes }] = await rows(`select bytes from attachment where name = '我的数据.json'`);
    expect(JSON.parse(bytes).record).toMatchObject([
      { kind: 'submission', title: '周六', body: { consent: 'branch' } },
    ]);
  });
});
