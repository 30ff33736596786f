import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../src/domain/fault.ts';
import { tags } from '../../src/domain/organisation.ts';
import { addDays, weekdayOf } from '../../src/domain/time.ts';
import { cardFor, cardText, lintStudy, loadStudy } from '../../src/library/study.ts';

const study = loadStudy('content');
const everyCard = [
  ...[...study.byDay.values()].flat(),
  ...[...study.byMonth.values()].flatMap((month) => month.cards),
  ...study.evergreen,
];

describe('the content of the product', () => {
  test('has no gap, duplicate, over-long card or missing source', () => {
    expect(lintStudy('content')).toEqual([]);
  });

  test('fits into 600 bytes a card, in both looks', () => {
    for (const card of everyCard)
      for (const text of [cardText(card, []), cardText(card, ['elderly'])])
        expect(Buffer.byteLength(text), card.id).toBeLessThanOrEqual(600);
  });

  test('gives every card an id of its own', () => {
    expect(new Set(everyCard.map((card) => card.id)).size).toBe(everyCard.length);
  });

  test('holds at least 40 evergreen cards and, weekly, one card each for leading cadres and mobile members', () => {
    expect(study.evergreen.length).toBeGreaterThanOrEqual(40);
    for (const tag of ['leading-cadre', 'mobile'] as const)
      expect(everyCard.filter((card) => card.audience.includes(tag)).length).toBeGreaterThanOrEqual(17);
  });
});

describe('the card of a day', () => {
  test('is the general one for everybody, and the special one for whom it is meant', () => {
    expect(cardFor(study, '2026-12-03', ['ordinary'])?.id).toBe('2026-12-03');
    expect(cardFor(study, '2026-12-03', ['ordinary', 'mobile'])?.id).toBe('2026-12-03/mobile');
    expect(cardFor(study, '2026-12-04', ['leading-cadre', 'mobile'])?.id).toBe('2026-12-04/leading-cadre');
    expect(cardFor(study, '2026-12-04', [])?.id).toBe('2026-12-04');
  });

  test('comes from the topics of the month where the calendar ends, in rotation over its weekdays', () => {
    const ids = ['2027-04-01', '2027-04-02', '2027-04-05', '2027-04-06', '2027-04-07', '2027-04-08'].map(
      (day) => cardFor(study, day, [])?.id,
    );
    expect(ids).toEqual(['2027-04/1', '2027-04/2', '2027-04/3', '2027-04/4', '2027-04/5', '2027-04/1']);
  });

  test('is an evergreen one on weekends, holidays of the calendar and days outside it', () => {
    for (const day of ['2026-11-30', '2026-12-05', '2027-01-01', '2027-04-03', '2028-02-29'])
      expect(cardFor(study, day, [])?.id).toMatch(/^evergreen\//);
  });

  test('exists for every day and every member, is the same at every call, and differs from the next workday', () => {
    const days = fc.integer({ min: -800, max: 2500 }).map((count) => addDays('2026-12-01', count));
    fc.assert(
      fc.property(days, fc.subarray([...tags]), (day, own) => {
        const card = cardFor(study, day, own);
        expect(card).toBeDefined();
        expect(cardFor(study, day, own)).toBe(card);
        if (weekdayOf(day) <= 4) expect(cardFor(study, addDays(day, 1), own)?.id).not.toBe(card?.id);
      }),
    );
  });

  test('walks through all evergreen cards before one returns', () => {
    const ids = study.evergreen.map((_, index) => cardFor(study, addDays('2029-01-01', index), [])?.id);
    expect(new Set(ids).size).toBe(study.evergreen.length);
  });

  test('is short for elders and says where to read for the others', () => {
    const card = cardFor(study, '2026-12-01', [])!;
    expect(cardText(card, ['ordinary'])).toBe(
      `【${card.topic}】\n读：《中国共产党章程》第一章 党员（共产党员网）\n${card.guide}\n想一想：${card.question}`,
    );
    expect(cardText(card, ['retired', 'elderly'])).toBe(
      `【${card.topic}】\n${card.short}\n想读原文，看《中国共产党章程》。`,
    );
  });
});

describe('the lint', () => {
  let content: string;
  beforeEach(() => {
    content = mkdtempSync(join(tmpdir(), 'zhibu-study-'));
    cpSync('content/study', join(content, 'study'), { recursive: true });
  });
  afterEach(() => rmSync(content, { recursive: true, force: true }));

  function change(name: string, edit: (text: string) => string): string[] {
    const file = join(content, 'study', name);
    const before = readFileSync(file, 'utf8');
    const after = edit(before);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
    return lintStudy(content).map(({ message }) => message);
  }
  const cardOn = (day: string) => new RegExp(`  - on: ${day}\\n(?: {4}.*\\n)+`);

  test('names a workday without a general card', () => {
    expect(change('2026-12.yaml', (text) => text.replace(cardOn('2026-12-15'), ''))).toEqual([
      '2026-12-15 是工作日，却没有给全体党员的卡片',
    ]);
    expect(loadStudy(content).byDay.has('2026-12-15')).toBe(false);
  });

  test('asks for no card on 1 January, whose holiday needs no arrangement', () => {
    expect(study.byDay.has('2027-01-01')).toBe(false);
  });

  test('names a month without topics', () => {
    expect(change('topics-2027.yaml', (text) => text.replace('month: 2027-05', 'month: 2028-05'))).toEqual([
      '2027-05 没有话题',
    ]);
  });

  test('names a second card for the same day and audience', () => {
    expect(change('2026-12.yaml', (text) => text.replace('on: 2026-12-02', 'on: 2026-12-01'))).toContain(
      '2026-12-01 对同一类人有两张卡片',
    );
  });

  test('names a topic that is used twice, with the line and the first place', () => {
    const file = join(content, 'study', 'evergreen.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/topic: 镰刀和锤头/, 'topic: 两位介绍人'));
    expect(lintStudy(content)).toEqual([
      { file, line: expect.any(Number), column: 5, message: 'topic 和 evergreen/03 的重复' },
    ]);
  });

  test('names an over-long card, by field and as a whole', () => {
    const long = '很'.repeat(141);
    const edit = (guide: string) => (text: string) => text.replace(/guide: .*/, `guide: ${guide}`);
    expect(change('2027-01.yaml', edit(long))).toEqual(['guide 太长，最多140字']);
    expect(change('2027-01.yaml', edit('很'.repeat(140)))[0]).toMatch(/^整张卡片\d+字节，最多600（约200字）$/);
  });

  test('names a missing source, a field nobody knows and a document without its title marks', () => {
    expect(change('2027-02.yaml', (text) => text.replace(/ {4}source: .*\n/, ''))).toEqual(['source 缺这一项']);
    expect(change('2027-03.yaml', (text) => text.replace('topic:', 'title:'))).toEqual(
      expect.arrayContaining(['topic 缺这一项', '不认识这一项：title']),
    );
    expect(change('evergreen.yaml', (text) => text.replace('《中国共产党章程》', '党章'))).toContain(
      'document 写文件的准确全名，并加书名号《》',
    );
  });

  test.each(['记得打卡', '快来学习！', '必须回复', '请上传截图', '见 https://example.org'])(
    'refuses 「%s」',
    (words) => {
      expect(change('2027-01.yaml', (text) => text.replace(/short: .*/, `short: ${words}`))[0]).toMatch(
        /^不该出现的字样：/,
      );
    },
  );

  test('names a card in the file of another month and a file it does not know', () => {
    expect(change('2027-02.yaml', (text) => text.replace('on: 2027-02-26', 'on: 2027-04-26'))).toContain(
      '2027-04-26 不属于这个文件的月份',
    );
    writeFileSync(join(content, 'study', 'notes.yaml'), 'a: 1\n');
    expect(lintStudy(content).map(({ message }) => message)).toContain('不认识这个文件名');
  });

  test('does not report a month of gaps where one file cannot be read', () => {
    expect(change('2027-03.yaml', (text) => `${text}\nmonth: 2027-03\n`)).toEqual(['同一个名称写了两次']);
  });

  test('makes loading fail with every problem on a line of its own', () => {
    change('2026-12.yaml', (text) => text.replaceAll(/ {4}source: .*\n/g, ''));
    const fault = (() => {
      try {
        loadStudy(content);
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).code).toBe('bad-content');
    expect((fault as Fault).message.split('\n').length).toBe(33);
    expect((fault as Fault).message).toMatch(/2026-12\.yaml 第\d+行第\d+列：source 缺这一项/);
  });

  test('says so when there is no content at all', () => {
    rmSync(join(content, 'study'), { recursive: true });
    expect(() => loadStudy(content)).toThrow('缺常备卡片');
  });
});
