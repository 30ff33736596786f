// What must stand nowhere in flows, content and code: counting notes or words as a measure of study, and putting people in an order by points.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { home } from '../../src/library/library.ts';
import { groupsFor, loadShelves } from '../../src/library/shelves.ts';
import { cardText, loadStudy } from '../../src/library/study.ts';
import { loadTariffs, pointsFor } from '../../src/library/tariffs.ts';

const content = path.join(home, 'content');

function linesOf(folders: readonly string[], ending: RegExp): { at: string; line: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(home, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => ending.test(name))
      .flatMap((name) =>
        readFileSync(path.join(home, folder, name), 'utf8')
          .split('\n')
          .map((line, index) => ({ at: `${folder}/${name}:${index + 1}`, line })),
      ),
  );
}

/** The one conversation that says that nothing is counted and nobody ranked, to whoever asks for it. */
const refusal = /^flows\/no-counting\//;

describe('study', () => {
  test('no note is counted and no number of words is asked for, in no text and in no code (duty 25)', () => {
    const measures =
      /字数|不少于[\d一二三四五六七八九十百千万]+字|至少写[\d一二三四五六七八九十百千]+字|笔记本数|笔记篇数|心得篇数|\d+篇(?:心得|笔记|体会)|学习时长排|抄写\d/u;
    const found = linesOf(['flows', 'content', 'src'], /\.(?:yaml|ts)$/).filter(
      ({ at, line }) => measures.test(line) && !refusal.test(at),
    );
    expect(found).toEqual([]);
    const asked = linesOf(['flows'], /flow\.yaml$/).filter(
      ({ at, line }) => /flows\/note\//.test(at) && /\bmin:/.test(line),
    );
    expect(asked).toEqual([]);
  });

  test('every card names an original to read and asks one guiding question (duty 5)', () => {
    const { byDay, byMonth, evergreen } = loadStudy(content);
    const cards = [...[...byDay.values()].flat(), ...[...byMonth.values()].flatMap((one) => one.cards), ...evergreen];
    expect(cards.length).toBeGreaterThan(200);
    for (const card of cards) {
      expect(card.read.document, card.id).toMatch(/^《.+》$/);
      expect(card.question, card.id).toMatch(/[？?]$/);
      expect(cardText(card, [])).toContain(`想一想：${card.question}`);
    }
  });
});

describe('points', () => {
  test('nothing puts members or units in an order by points or by what they did (duty 97)', () => {
    const order = /order by[^`;]*\b(?:points|score|hours|rank)\b|sort\([^)]*\.(?:points|score)\b|排行|星级评/iu;
    const found = linesOf(['src', 'flows'], /\.(?:yaml|ts)$/).filter(
      ({ at, line }) => order.test(line) && !refusal.test(at) && !/wording\.ts|domain\/broadcast\.ts/.test(at),
    );
    expect(found).toEqual([]);
    const users = linesOf(['src'], /\.ts$/).filter(({ line }) => /\bpointsFor\(/.test(line));
    // One place works points out, from the facts of the member who asks.
    expect(users.map(({ at }) => at.replace(/:\d+$/, ''))).toEqual([
      'src/library/tariffs.ts',
      'src/store/views/points.ts',
    ]);
  });

  test('a tariff adds up facts by kind, hours by the hour, and keeps to its upper limits', () => {
    const tariff = loadTariffs(content).get('sample')!;
    const service = (hours: number) => ({ kind: 'volunteer_service', data: { hours } });
    expect(pointsFor(tariff, [service(2.5), { kind: 'signed_in', data: {} }])).toMatchObject({ sum: 4.5 });
    expect(pointsFor(tariff, [service(100)])).toMatchObject({ sum: 40 });
    expect(pointsFor(tariff, [])).toEqual({ lines: [], sum: 0 });
  });
});

describe('shelves', () => {
  const unit = { kind: 'branch' as const };
  const shelf = (name: string) => loadShelves(content).get(name)!;

  test('warning material shows where it was selected and nowhere else (duty 16)', () => {
    const member = { tags: ['ordinary' as const], roles: ['member' as const] };
    const names = (selected: string[]) =>
      groupsFor(shelf('families'), { member, unit, sector: null, selected }).map(({ group }) => group);
    expect(names([])).not.toContain('警示教育');
    expect(names(['warning'])).toContain('警示教育');
  });

  test('each sector of branches has its own guidance (duty 114)', () => {
    const member = { tags: [], roles: ['member' as const] };
    const first = (sector: string) =>
      groupsFor(shelf('guidance'), { member, unit, sector, selected: [] })[0]?.group ?? null;
    expect(['organ', 'rural', 'soe', 'private', 'hospital', 'school'].map(first)).toEqual([
      '机关',
      '农村、社区',
      '国有企业',
      '非公企业、社会组织',
      '窗口和服务行业、医院',
      '学校',
    ]);
  });

  test('only official documents are named as must-study, each in book marks, and no address (duty 2)', () => {
    for (const { lines } of shelf('must-study').groups) for (const line of lines) expect(line).toMatch(/^《.+》/u);
    expect(JSON.stringify(shelf('must-study'))).not.toMatch(/https?:|www\./);
  });
});
