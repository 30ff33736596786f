// The documents of a branch's year, made from a year that was really spoken, and read back as a reader's program would.

import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import readExcel from 'read-excel-file/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BookFormat } from '../../src/domain/book.ts';
import { instantOf } from '../../src/domain/time.ts';
import { makeDocument } from '../../src/jobs/documents.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { simulatorDoor } from '../../src/rehearsal/doors.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import type { World } from '../../src/rehearsal/world.ts';
import { openWorld } from '../../src/rehearsal/world.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

let db: Database;
let world: World;
const library = loadLibrary(viewNames, { sample: true });

const say = (member: string, ...texts: string[]) =>
  texts.reduce(
    (before, text) => before.then(() => world.act(member, { content: { kind: 'text', text } })),
    Promise.resolve(),
  );
const at = (day: string, time: string) => instantOf(day, time);

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, path.join(home, 'test/fixtures/orgs/committee.yaml'));
  world = await openWorld({ db, library, at: at('2026-12-01', '10:00'), openDoor: simulatorDoor });
  await say('liuyang', '请假 生病');
  await world.moveTo(at('2026-12-07', '08:50'));
  for (const member of ['wangfang', 'lijie', 'zhaolei', 'sunbo']) await say(member, '签到');
  await say('lijie', '记录', '议题：学习党章第一章', '赵磊：原著要读得细一些', '决议：下月继续学习', '记完了', '对');
  await say('wangfang', '核对记录', '对');
  await say('wangfang', '12月10日上午9点在二楼会议室开支委会，研究年度总结', '对');
  await say('zhaolei', '昨天下午去社区清垃圾两小时', '对', '已交党费');
  await say('wangfang', '确认', '对');
  await say('wangfang', '走访 老党员张大爷家', '昨天', '换一个灯泡', '对');
  await say('wangfang', '12月8日下午3点在二楼会议室开党员大会，讨论接收预备党员', '对');
  await say('zhanghua', '我给支部讲了党课，题目是学习党章', '12月6日', '对');
  await world.moveTo(at('2026-12-11', '19:30'));
  // The general meeting is written down three days later, and only in part.
  await say('lijie', '补记 12月8日', '议题：接收预备党员', '记完了', '对');
});
afterAll(async () => {
  await world.close();
  await db.close();
});

async function made(template: string, format: BookFormat, member?: string): Promise<Buffer> {
  const units = await world.app.units.newest(db.pool);
  const { bytes } = await makeDocument(world.app.jobs, {
    units,
    unit: units.byId.get('b1')!,
    year: '2026',
    template: library.books.get(template)!,
    format,
    ...(member ? { member } : {}),
  });
  return bytes;
}

test('the record book holds what was said, gaps as 待补, late lines as 补记, and room to sign (duty 32)', async () => {
  const text = textOf(await made('default', 'docx'));
  for (const part of [
    '党支部工作记录册',
    '第一党支部',
    '2026年12月7日（周一）09:00',
    '学习党章第一章',
    '赵磊：原著要读得细一些（待本人核对）',
    '刘洋（生病）',
    '下月继续学习',
    '记录人、主持人已核对',
    '接收预备党员（补记）',
    '待补',
    '主持人（签名）：',
    '老党员张大爷家',
    '张华',
    '学习党章',
    '1次，2小时',
  ])
    expect(text).toContain(part);
  // The committee meeting has a date and nothing else: nobody may conclude that it was held.
  expect(text).toMatch(/没有签到|没有人签到/);
  expect(text).toMatch(/2026年12月10日\s*支委会会议\s*待补/);
  expect(text).toMatch(/支委会会议\s*0次/);
  expect(text).not.toMatch(/元|￥|¥/);
  // What somebody did as a volunteer is theirs; the book has figures only.
  expect(text).not.toContain('清垃圾');
  expect(world.faults).toEqual([]);
});

test('a row is never cut, headings come again on the next page, and pages are numbered', async () => {
  const parts = unpack(await made('default', 'docx'));
  const document = parts.get('word/document.xml')!;
  const rows = document.match(/<w:tr>.*?<\/w:tr>/gs)!;
  expect(rows.filter((row) => !row.includes('<w:cantSplit/>')).map((row) => row.slice(0, 200))).toEqual([]);
  expect(document).toContain('<w:tblHeader/>');
  expect(document).toContain('w:eastAsia="仿宋_GB2312"');
  expect([...parts].filter(([name]) => name.startsWith('word/footer')).join('')).toContain('PAGE');
});

test('the same book as a table has a sheet for each section and the dues as ticks, never as amounts', async () => {
  const sheets = await sheetsOf(await made('default', 'xlsx'));
  expect(sheets.map(({ sheet }) => sheet)).toEqual(
    expect.arrayContaining(['封面', '党员名册', '党员大会记录', '主题党日记录', '党费收缴登记', '年终小结']),
  );
  const dues = sheets.find(({ sheet }) => sheet === '党费收缴登记')!.data;
  expect(dues.find(([name]) => name === '赵磊')?.at(-1)).toBe('✓');
  expect(dues.find(([name]) => name === '李洁')?.at(-1)).toBeNull();
  expect(JSON.stringify(dues)).not.toMatch(/元|\d\.\d/);
});

test('the report counts what was recorded beside what the regulations ask, and leaves the rest to the secretary (duty 118)', async () => {
  const text = textOf(await made('report', 'docx'));
  for (const part of [
    '述职人：王芳',
    '1次（规定：一般每季度一次）',
    '0次（规定：一般每月一次）',
    '党课1次',
    '志愿服务1次，共2小时',
    '走访慰问1次',
    '待补（由述职人自己写，机器人不代写）',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('赵磊');
});

test('what is given to an appraisal are facts in the order of names, without score or rank (duty 39)', async () => {
  const { data } = (await sheetsOf(await made('appraisal', 'xlsx')))[0]!;
  const head = data.findIndex(([first]) => first === '姓名');
  const rows = data.slice(head + 1).filter(([name]) => typeof name === 'string' && name.length <= 3);
  expect(rows.map(([name]) => name)).toEqual(['陈明', '李洁', '刘洋', '钱多', '孙波', '王芳', '张华', '赵磊']);
  expect(rows.find(([name]) => name === '赵磊')!.slice(1, 7)).toEqual([1, 1, 0, 0, 1, 0]);
  expect(rows.find(([name]) => name === '刘洋')!.slice(1, 5)).toEqual([1, 0, 1, 0]);
  // Nothing is expected of a mobile member.
  expect(rows.find(([name]) => name === '钱多')!.slice(1, 5)).toEqual([0, 0, 0, 0]);
  expect(data[head]!.join('')).not.toMatch(/名次|排名|得分|积分/);
});

test('the archive of study holds who took part in what; one’s own holds only one’s own (duty 10)', async () => {
  const branch = textOf(await made('study', 'docx'));
  for (const part of ['学习党章第一章', '李洁、孙波、王芳、赵磊', '张华']) expect(branch).toContain(part);
  const own = textOf(await made('own-study', 'docx', 'zhaolei'));
  expect(own).toContain('学习党章第一章');
  expect(own).not.toMatch(/李洁|王芳|孙波/);
  expect(textOf(await made('own-study', 'docx', 'qianduo'))).toContain('还没有参加集体学习的记录');
});

test('one export has the columns that district platforms ask for (duty 132)', async () => {
  const { data } = (await sheetsOf(await made('platform', 'xlsx')))[0]!;
  const head = data.find(([first]) => first === '序号')!;
  expect(head).toEqual(
    expect.arrayContaining(['活动类型', '活动时间', '活动地点', '主持人', '应到人数', '实到人数', '主要内容']),
  );
  const row = data.find((cells) => cells.includes('主题党日'))!;
  expect(row[head.indexOf('应到人数')]).toBe(7);
  expect(row[head.indexOf('实到人数')]).toBe(4);
  expect(String(row[head.indexOf('主要内容')])).toContain('学习党章第一章');
});

test('that the book was made is kept, and each whom it names can see by whom', async () => {
  await say('wangfang', '记录册');
  const { rows } = await db.pool.query(`select actor, subject from audit where action = 'made-book' order by subject`);
  expect(rows).toHaveLength(8);
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set(['wangfang']));
  expect(rows.map(({ subject }) => subject)).toContain('zhaolei');
});

test('a style that the branch chose and nobody put there is named, and the common one is used', async () => {
  await db.pool.query(`update unit set settings = settings || '{"book": "xuhui"}' where id = 'b1'`);
  await db.pool.query('update org_version set version = version + 1');
  await say('wangfang', '记录册');
  expect(world.heard.at(-1)?.draft.text).toContain('没有找到“xuhui”这个样式');
});

async function sheetsOf(bytes: Buffer): Promise<{ sheet: string; data: unknown[][] }[]> {
  return readExcel(bytes);
}

/** The words of a .docx, cells and paragraphs parted by blanks. */
function textOf(bytes: Buffer): string {
  return unpack(bytes)
    .get('word/document.xml')!
    .replaceAll(/<\/w:p>/g, ' ')
    .replaceAll(/<[^>]+>/g, '');
}

/** The parts of a package, by its central directory. */
function unpack(bytes: Buffer): Map<string, string> {
  const parts = new Map<string, string>();
  let place = bytes.readUInt32LE(bytes.lastIndexOf(Buffer.from('PK\x05\x06')) + 16);
  while (bytes.readUInt32LE(place) === 0x02014b50) {
    const [packed, name] = [bytes.readUInt32LE(place + 20), bytes.readUInt16LE(place + 28)];
    const head = bytes.readUInt32LE(place + 42);
    const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
    const content = bytes.subarray(start, start + packed);
    const plain = bytes.readUInt16LE(place + 10) === 0 ? content : inflateRawSync(content);
    parts.set(bytes.toString('utf8', place + 46, place + 46 + name), plain.toString());
    place += 46 + name + bytes.readUInt16LE(place + 30) + bytes.readUInt16LE(place + 32);
  }
  return parts;
}
