// The record book of a branch with two Party groups over the end of a year: what a secretary wants to find in it, and what may not stand there.

import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BookData } from '../../src/domain/book.ts';
import { instantOf } from '../../src/domain/time.ts';
import { makeDocument } from '../../src/jobs/documents.ts';
import { writeBookDocument } from '../../src/library/book-document.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { simulatorDoor } from '../../src/rehearsal/doors.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import type { World } from '../../src/rehearsal/world.ts';
import { openWorld } from '../../src/rehearsal/world.ts';
import { readBook } from '../../src/store/book.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { forgetLeavers, markLeft } from '../../src/store/leaving.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { viewNames } from '../../src/store/views/index.ts';

let db: Database;
let world: World;
const library = loadLibrary(viewNames, { sample: true });

async function say(member: string, ...texts: string[]) {
  for (const text of texts) await world.act(member, { content: { kind: 'text', text } });
}
const to = (day: string, time: string) => world.moveTo(instantOf(day, time));

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, path.join(home, 'test/fixtures/orgs/party-groups.yaml'));
  world = await openWorld({ db, library, at: instantOf('2026-11-02', '10:00'), openDoor: simulatorDoor });
  await say('wangfang', '学习计划', '学习党章；学习党史；党的纪律；为群众办实事', '确认');
  await to('2026-11-10', '14:20');
  for (const member of ['wangfang', 'lijie', 'abdu', 'heguang', 'zhaolei', 'chenming']) await say(member, '签到');
  await to('2026-11-10', '14:40');
  await say('heguang', '已交党费');
  await say('wangfang', '确认', '对');
  await say(
    'lijie',
    '记录',
    '议题：学习党章',
    '阿卜杜热合曼·买买提托合提江：我来讲一讲边疆的变化',
    '何广：同意',
    '记完了',
    '对',
  );
  await say('wangfang', '核对记录', '对');
  await say('wangfang', '11月12日上午9点在礼堂上党课，题目是党的纪律', '对');
  await to('2026-11-12', '08:50');
  for (const member of ['wangfang', 'lijie', 'heguang']) await say(member, '签到');
  await to('2026-11-12', '10:00');
  await say('lijie', '我给支部讲了党课，题目是《学习党章，做合格党员》', '今天', '对');
  await say('wangfang', '昨天和古丽娜尔·阿不都热西提、赵磊谈心了', '对');
  await say('wangfang', '开展民主评议四步', '对', '办好一项', '第三步', '不说');
  await say('wangfang', '转组织关系', '何广', '转出', '城东街道党工委', '没有', '对');
  await say('lijie', '发展党员', '小张', '入党积极分子', '11月2日', '没有', '对');
  await to('2026-11-20', '10:00');
  await inTransaction(db.pool, (client) =>
    markLeft(client, 'heguang', { why: 'deleted', at: world.now(), now: world.now() }),
  );
  await to('2027-01-06', '10:00');
}, 120_000);
afterAll(async () => {
  await world.close();
  await db.close();
});

async function year(wanted = '2026'): Promise<BookData> {
  const units = await world.app.units.newest(db.pool);
  return readBook({
    client: db.pool,
    library,
    units,
    unit: units.byId.get('b1')!,
    year: wanted,
    now: world.now(),
  });
}

test('the committee stands in the order of its offices, and who left stands behind the others with the day', async () => {
  const { rows, values } = await year();
  expect(rows.committee.map(({ name, roles }) => `${String(name)} ${String(roles)}`)).toEqual([
    '王芳 书记',
    '周磊 副书记、纪检委员',
    '李洁 组织委员',
  ]);
  expect(rows.members.at(-1)).toMatchObject({ name: '何广', note: '11月20日离开支部' });
  expect(rows.members.find(({ name }) => name === '钱多')).toMatchObject({ note: '流动党员' });
  expect(values).toMatchObject({ members: 10, leavers: 1 });
  // What somebody paid before they left is still in the ledger.
  expect(rows.dues.find(({ name }) => name === '何广')).toMatchObject({ m11: '✓', m12: '—' });
});

test('the elderly are counted and not named as missing; the figures of the appraisal add up', async () => {
  const { meetings, rows } = await year();
  const day = meetings.find(({ date }) => date === '2026年11月10日')!;
  expect(day.absent).toEqual([
    '没有签到、也没有请假记录：古丽娜尔·阿不都热西提、刘洋、周磊',
    '年老体弱，不作到会要求：1人',
  ]);
  for (const { expected, came, leave, unknown } of rows.attendance)
    expect(expected).toBe(Number(came) + Number(leave) + Number(unknown));
  expect(rows.attendance.find(({ name }) => name === '孙波')).toMatchObject({ unknown: 0, note: '不作到会要求' });
});

test('the steps of the appraisal stand in their order; the private one says so, and nobody is named', async () => {
  const { duties } = await year();
  expect(duties.get('central-2018/appraisal')!.map(({ title, state }) => [String(title).slice(0, 3), state])).toEqual([
    ['第一步', '本人自己办，不登记'],
    ['第二步', '没有记录'],
    ['第三步', '已办'],
    ['第四步', '没有记录'],
    ['评议结', '没有记录'],
  ]);
});

test('talks say who with whom, the lecture has its speaker and its whole title, the study plan its quarters', async () => {
  const { entries, meetings, rows } = await year();
  // In November the plan is that of the coming year.
  const { rows: coming } = await year('2027');
  expect(entries.get('heart-talk')).toMatchObject([{ by: '王芳', people: '古丽娜尔·阿不都热西提、赵磊' }]);
  expect(meetings.find(({ kind }) => kind === 'party-lecture')).toMatchObject({ lecturer: '李洁' });
  expect(rows.lectures).toMatchObject([{ topic: '学习党章，做合格党员' }]);
  expect(coming['study-plan'].slice(0, 2)).toMatchObject([
    { when: '一季度', topic: '学习党章' },
    { when: '1月', topic: '自学：学习党章' },
  ]);
});

test('on paper every section can be signed with a date, and each of several meetings is numbered', async () => {
  const text = await wordsOf('default');
  for (const part of [
    '阿卜杜热合曼·买买提托合提江：我来讲一讲边疆的变化（待本人核对）',
    '何广：同意（待本人核对）',
    '民主评议党员的步骤',
    '小张',
    '入党积极分子',
    '城东街道党工委',
    '登记1次',
  ])
    expect(text).toContain(part);
  expect(text.match(/签名）/g)!.length).toBeGreaterThan(6);
  for (const [line] of text.matchAll(/[^ ]*签名）：[^ ]*/g)) expect(line).toMatch(/年　　月　　日$/);
});

test('a theme day keeps the chair of then when the secretary changes, and words stay when their speaker is forgotten', async () => {
  await db.pool.query(`update member set roles = '{member}' where id = 'wangfang'`);
  await db.pool.query(`update member set roles = '{secretary}' where id = 'zhoulei'`);
  await forgetLeavers(db.pool, new Date(world.now()), world.now());
  const { meetings, values } = await year();
  const day = meetings.find(({ date }) => date === '2026年11月10日')!;
  expect(day).toMatchObject({ chair: '王芳', recorder: '李洁', came: 6 });
  expect(String(day.present)).toContain('另有已调离的1人');
  expect(day.statements).toContain('（已调离的党员）：同意');
  expect(values).toMatchObject({ secretary: '周磊', leavers: 1 });
});

test('a row that is higher than the page may be parted, for its end would be lost; all others may not', async () => {
  const page = (text: string) => ({
    title: '册子',
    file: '册子',
    cover: null,
    landscape: true,
    pages: [
      {
        heading: '表',
        lines: [],
        forms: [],
        table: {
          columns: [
            { heading: '内容', width: 1 },
            { heading: '备注', width: 3 },
          ],
          rows: [[[text], ['']]],
        },
        empty: null,
        sign: [],
        ownPage: false,
        isMeetings: false,
      },
    ],
  });
  const rowsOf = async (text: string) =>
    partOf(await writeBookDocument(page(text)), 'word/document.xml').match(/<w:tr>.*?<\/w:tr>/gs)!;
  expect((await rowsOf('学'.repeat(200))).every((row) => row.includes('<w:cantSplit/>'))).toBe(true);
  expect((await rowsOf('学'.repeat(420))).at(-1)).not.toContain('<w:cantSplit/>');
});

/** The words of the document, paragraphs parted by blanks. */
async function wordsOf(template: string): Promise<string> {
  const units = await world.app.units.newest(db.pool);
  const { bytes } = await makeDocument(world.app.jobs, {
    units,
    unit: units.byId.get('b1')!,
    year: '2026',
    template: library.books.get(template)!,
    format: 'docx',
  });
  return partOf(bytes, 'word/document.xml')
    .replaceAll(/<\/w:p>/g, ' ')
    .replaceAll(/<[^>]+>/g, '');
}

function partOf(bytes: Buffer, wanted: string): string {
  let place = bytes.readUInt32LE(bytes.lastIndexOf(Buffer.from('PK\x05\x06')) + 16);
  while (bytes.readUInt32LE(place) === 0x02014b50) {
    const [packed, name] = [bytes.readUInt32LE(place + 20), bytes.readUInt16LE(place + 28)];
    const head = bytes.readUInt32LE(place + 42);
    const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
    const content = bytes.subarray(start, start + packed);
    if (bytes.toString('utf8', place + 46, place + 46 + name) === wanted)
      return (bytes.readUInt16LE(place + 10) === 0 ? content : inflateRawSync(content)).toString();
    place += 46 + name + bytes.readUInt16LE(place + 30) + bytes.readUInt16LE(place + 32);
  }
  return '';
}
