import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadProgrammes, readProgrammes } from '../../src/library/programmes.ts';

const home = path.resolve(import.meta.dirname, '../..');
const flowsDir = path.join(home, 'flows');
const folder = mkdtempSync(path.join(tmpdir(), 'zhibu-packs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const head = `programme: gulou-2027/care
title: 关爱行动
issuer: 鼓楼区
year: 2027
source: 通知
about: 一个例子
adopt: true
`;

/** A district's own folder with one pack; the lines and messages of what is wrong in it. */
function problemsOf(text: string, name = 'gulou-2027/care.yaml'): string[] {
  const own = mkdtempSync(path.join(folder, 'own-'));
  mkdirSync(path.join(own, path.dirname(name)), { recursive: true });
  writeFileSync(path.join(own, name), text);
  return readProgrammes(flowsDir, own).problems.map(({ line, message }) => `${line} ${message}`);
}
const item = (fields: string) => problemsOf(`${head}items:\n  - {item: a, title: 甲, who: unit, ${fields}}\n`);

test('all programmes of the house are in order, and the packs are offers with issuer and year', () => {
  const packs = [...loadProgrammes(flowsDir).values()].filter(({ programme }) => programme.includes('/'));
  expect(packs.length).toBeGreaterThan(15);
  for (const { programme, adopt, about, year } of packs) {
    expect({ programme, adopt }).toEqual({ programme, adopt: true });
    expect(about).toBeTruthy();
    if (year < 2020) expect(about).toContain(String(year));
  }
});

test('the two 六个一 are two things', () => {
  const all = loadProgrammes(flowsDir);
  const [nanjing, changzhou] = [all.get('nanjing-2017/six-ones')!, all.get('changzhou-2016/six-ones')!];
  expect(nanjing.title).toBe(changzhou.title);
  expect(nanjing.items.map(({ title }) => title)).not.toEqual(changzhou.items.map(({ title }) => title));
});

test('a district’s own folder is read behind the house’s, and the example of the manual is right (duty 112)', () => {
  const manual = readFileSync(path.join(home, 'docs/packs.md'), 'utf8');
  const example = /```yaml\n(programme: [\s\S]*?)```/.exec(manual)![1]!;
  const id = /^programme: (\S+)$/m.exec(example)![1]!;
  const own = mkdtempSync(path.join(folder, 'own-'));
  mkdirSync(path.join(own, path.dirname(id)), { recursive: true });
  writeFileSync(path.join(own, `${id}.yaml`), example);
  expect(readProgrammes(flowsDir, own).problems).toEqual([]);
  expect(loadProgrammes(flowsDir, own).get(id)?.items.length).toBeGreaterThan(1);
});

test.each([
  ['every: year, due: 02-30', '9 没有“02-30”这一天'],
  ['every: year, due: 六月', '9 due 写成 theme-day、dues、end、day-20、06-30 或 2027-06-30'],
  ['every: once, due: 06-30', '9 只办一次的（once），日期要带年份，比如 2027-06-30'],
  ['every: year, due: theme-day', '9 每年一次的，写 end 或不带年份的日期，比如 06-30'],
  ['every: quarter, due: 06-30', '9 每季度一次的，due 写 end'],
  ['every: month, due: 06-30', '9 每月一次的，写 theme-day、dues、end 或 day-20 这样'],
  ['every: month, due: day-32', '9 day-1 到 day-31'],
  ['every: year, due: 06-30, opens: 07-01', '9 opens（07-01）晚于 due（06-30）'],
  ['every: weekly, due: end', '9 every 只能是 month、quarter、year、once 之一'],
  ['every: year, due: end, private: true', '9 只有本人看得到的，who 要写 member'],
  ['every: year, due: end, done_by: [fact/sang]', /^9 没有“fact\/sang”，fact\/ 后面可以写：.*lectured/],
  ['every: year, due: end, done_by: [record/nothing]', /^9 没有“record\/nothing”，record\/ 后面可以写：.*visit/],
  ['every: year, due: end, done_by: [record/visit/lost]', '9 清单“visit”没有叫“lost”的状态，可用：open、done'],
  ['every: year, due: end, done_by: [duty/nobody]', /^9 没有“duty\/nobody”/],
  [
    'every: year, due: end, done_by: [duty/meeting/tea]',
    /^9 没有“duty\/meeting\/tea”，可用：duty\/meeting\/general-meeting/,
  ],
  [
    'every: year, due: end, done_by: [lectured]',
    '9 done_by 写成 fact/lectured、record/plan/filed 或 duty/theme-day 这样',
  ],
  ['every: year, due: end, evidence: photo', '9 不认识这一项：evidence'],
])('an item with %s is named with its line', (fields, message) => {
  const [problem, ...more] = item(fields);
  expect(problem).toMatch(message);
  expect(more).toEqual([]);
});

test('twice the same item, unknown people, a wrong place and a wrong year are named', () => {
  const twice = `${head}items:\n  - {item: a, title: 甲, who: unit, every: year, due: end}\n  - {item: a, title: 甲, who: unit, every: year, due: end}\n`;
  expect(problemsOf(twice)).toEqual(['10 编号“a”前面用过了', '10 名称“甲”前面用过了，别人分不清']);
  const one = `${head}items:\n  - {item: a, title: 甲, who: unit, every: year, due: end}\n`;
  expect(problemsOf(one.replace('adopt: true', 'adopt: true\naudience: [everyone]'))[0]).toMatch(
    /^8 audience 只能是 ordinary/,
  );
  expect(problemsOf(one, 'other.yaml')[0]).toMatch('1 编号“gulou-2027/care”和文件的位置对不上');
  expect(problemsOf(one.replace('year: 2027', 'year: 2026'))[0]).toMatch('以“-2026”结尾');
  expect(problemsOf(one.replace('adopt: true\n', ''))[0]).toMatch('adopt: true');
  expect(problemsOf(one.replace('about: 一个例子\n', ''))[0]).toMatch('about');
  expect(problemsOf(one.replace('gulou-2027/care', '关爱'))[0]).toMatch('1 programme 写成 xuhui-2017/five-ones 这样');
});

test('a mistake in one file stops everything, with file and line', () => {
  const flows = path.join(folder, 'flows');
  cpSync(path.join(flowsDir, 'programmes'), path.join(flows, 'programmes'), { recursive: true });
  cpSync(path.join(flowsDir, 'registers'), path.join(flows, 'registers'), { recursive: true });
  const file = path.join(flows, 'programmes/packs/xuhui-2017/five-ones.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('due: 06-30', 'due: 06-31'));
  expect(() => loadProgrammes(flows)).toThrow(/five-ones\.yaml:9:\d+ 没有“06-31”这一天/);
});
