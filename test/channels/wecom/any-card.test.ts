// Whatever a message holds: what is composed is taken by WeCom, says every word, and is one message where it is a card.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftAsText } from '../../../src/channels/draft-text.ts';
import { cardAsText, noticeCard, tapCard } from '../../../src/channels/wecom/card.ts';
import { appShows, botShows } from '../../../src/channels/wecom/card-layout.ts';
import { composeForMembers } from '../../../src/channels/wecom/compose.ts';
import type { Draft } from '../../../src/domain/message.ts';
import { ticked } from '../../../src/domain/message.ts';
import { checkCard } from '../../../src/rehearsal/fake-wecom/cards.ts';
import { fakeCredentials } from '../../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { checkPayload } from '../../../src/rehearsal/fake-wecom/payload.ts';
import { newWorld } from '../../../src/rehearsal/fake-wecom/world.ts';
import { shownCard } from '../../../src/rehearsal/shown-card.ts';

const world = newWorld({
  credentials: fakeCredentials,
  now: () => 0,
  callback: 'http://127.0.0.1:1/',
  switches: { longText: 'refuse' },
});

const sign = fc.constantFrom(...'对不收到请假ab1 ，。？！“”<&;✓é', '👩‍👩‍👧', '👍🏽', '🇨🇳');
const short = (most: number) => fc.array(sign, { minLength: 1, maxLength: most }).map((signs) => signs.join(''));

/** Short and long, Chinese and not, several lines, emoji of several parts, halves of them, marks that a card or XML would obey. */
const words = fc.oneof(
  { weight: 5, arbitrary: short(30) },
  { weight: 2, arbitrary: fc.array(short(25), { minLength: 2, maxLength: 4 }).map((lines) => lines.join('\n')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', ']]>', '<br>', 'https://e.example', '字'.repeat(682), '\ud83d') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 700 }).map((count) => '汉'.repeat(count)) },
);
const label = fc.oneof(
  { weight: 20, arbitrary: short(6) },
  { weight: 1, arbitrary: short(18) },
  { weight: 1, arbitrary: words },
);
const data = fc.oneof({ weight: 20, arbitrary: short(12) }, { weight: 1, arbitrary: words });
const count = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 0, max: 24 }));
const some = <T>(one: fc.Arbitrary<T>, by: (item: T) => string) =>
  count.chain((most) => fc.uniqueArray(one, { maxLength: most, selector: by, minLength: Math.min(most, 1) }));
const draft: fc.Arbitrary<Draft> = fc
  .record(
    {
      text: words,
      title: words,
      rows: fc.array(fc.record({ label: short(4), value: words }), { maxLength: 7 }),
      buttons: some(fc.record({ label, data }), (one) => one.data),
      checklist: fc.record({
        options: some(fc.record({ id: data, label }), (one) => one.id),
        submit: fc.record({ label, data: fc.constantFrom('m:1:who', 'm:12:right') }),
      }),
      link: fc.record({ label, url: fc.oneof(fc.constant('https://e.example/1'), words) }),
    },
    { requiredKeys: ['text'] },
  )
  .chain(({ buttons, checklist, ...rest }) =>
    fc.constantFrom<Draft>(
      rest,
      { ...rest, ...(buttons ? { buttons } : {}) },
      { ...rest, ...(checklist ? { checklist } : {}) },
    ),
  );

/** Every sign that is read, in any order: rows stand where the card has them, and a break may part one sentence from the next. */
const signs = (text: string) => [...text.toWellFormed().replace(/[\s\p{Cc}。]+/gu, '')].sort().join('');

describe('any message', () => {
  test('is taken by WeCom as it is composed, word for word', () => {
    fc.assert(
      fc.property(draft, (given) => {
        const bodies = composeForMembers({ agentId: 1, files: false }, given, ['wangfang'], 7).map((body) =>
          JSON.parse(body),
        );
        if (bodies.some(({ msgtype }) => msgtype === 'template_card')) expect(bodies).toHaveLength(1);
        for (const body of bodies) {
          const checked = checkPayload(world, body.msgtype, body);
          if (!draftAsText(given).includes('sensitive-word')) expect(checked).not.toHaveProperty('refused');
        }
      }),
      { numRuns: 400 },
    );
  });

  test('as a card shows nothing that is cut, and in words says the same', () => {
    fc.assert(
      fc.property(draft, fc.constantFrom(appShows, botShows), (given, shows) => {
        const card = tapCard(given, shows);
        if (!card) return;
        expect(checkCard(world, { ...card, task_id: 't1' })).not.toHaveProperty('refused');
        expect(Buffer.byteLength(cardAsText(card))).toBeLessThanOrEqual(2048);
        expect([...card.main_title.title].length).toBeLessThanOrEqual(shows.title);
        expect(signs(cardAsText(card))).toBe(signs(draftAsText(given)));
        const { buttons, checklist } = shownCard(card);
        const asked =
          given.checklist?.options ?? given.buttons?.map(({ label: text, data }) => ({ id: data, label: text }));
        const shown = checklist?.options ?? buttons?.map(({ label: text, data }) => ({ id: data, label: text }));
        const listed = !checklist && card.card_type === 'vote_interaction';
        expect(shown).toEqual(listed ? asked?.map((one) => ({ ...one, id: ticked('v', [one.id]) })) : asked);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a list to choose from', () => {
  const choices = (count: number, text = '选项') =>
    Array.from({ length: count }, (_, n) => ({ label: `${text}${n}`, data: `a:3:which:${n}` }));

  test.each([
    [6, '选项', 'button_interaction'],
    [7, '选项', 'vote_interaction'],
    [20, '选项', 'vote_interaction'],
    [3, '比按钮上写得下的要长一些的选项', 'vote_interaction'],
    [21, '选项', undefined],
    [3, '比名单上写得下的还要再长一些的选项啊', undefined],
  ])('%i × %s → %s', (count, text, type) =>
    expect(tapCard({ text: '哪一个？', buttons: choices(count, text) })?.card_type).toBe(type),
  );

  test('shows its explanation below the title, and has no room for more', () => {
    const long = (text: string) => tapCard({ text: `哪一个？\n${text}`, buttons: choices(8) });
    expect(long('说明')?.main_title).toEqual({ title: '哪一个？', desc: '说明' });
    expect(long('字'.repeat(45))).toBeUndefined();
  });
});

describe('a list to tick', () => {
  const list = (count: number): Draft => ({
    text: '谁到了？',
    checklist: {
      options: Array.from({ length: count }, (_, n) => ({ id: `m${n}`, label: `同志${n}` })),
      submit: { label: '登记', data: 'm:1:who' },
    },
  });

  test('is a card of up to twenty', () => {
    expect(tapCard(list(20))).toMatchObject({ checkbox: { mode: 1 }, submit_button: { text: '登记', key: 'm:1:who' } });
    expect(tapCard(list(21))).toBeUndefined();
    expect(tapCard(list(0))).toBeUndefined();
  });

  test('in words is numbered, several to a line, with how to answer at its end', () => {
    expect(draftAsText(list(5))).toBe(
      '谁到了？\n1. 同志0  2. 同志1  3. 同志2\n4. 同志3  5. 同志4\n回复序号，可以选几个，比如“1、2”；也可以回“全部”或“没有”。',
    );
  });
});

describe('rows', () => {
  const rows = [
    { label: '标题', value: '学习新修订的条例' },
    { label: '来源', value: '人民日报' },
  ];
  const link = { label: '打开原文', url: 'https://e.example/1' };

  test('stand on a card with buttons, or in its text where one is too long', () => {
    const asked: Draft = { title: '等您审批', text: '正文', rows, buttons: [{ label: '审批', data: 's:approve' }] };
    expect(tapCard(asked)).toMatchObject({
      sub_title_text: '正文',
      horizontal_content_list: [
        { keyname: '标题', value: '学习新修订的条例' },
        { keyname: '来源', value: '人民日报' },
      ],
    });
    const long = tapCard({ ...asked, rows: [{ label: '标题', value: '长'.repeat(31) }] });
    expect(long).toMatchObject({ sub_title_text: `正文\n标题：${'长'.repeat(31)}` });
  });

  test('with an address and no question are a notice', () => {
    const card = noticeCard({ title: '学习材料', text: '正文', rows, link })!;
    expect(card).toMatchObject({
      card_type: 'text_notice',
      jump_list: [{ type: 1, title: '打开原文', url: link.url }],
      card_action: { type: 1, url: link.url },
    });
    expect(cardAsText(card)).toBe(draftAsText({ title: '学习材料', text: '正文', rows, link }));
    expect(checkCard(world, { ...card })).not.toHaveProperty('refused');
  });

  test.each<[string, Partial<Draft>]>([
    ['without an address', { link: { label: '打开', url: 'e.example' } }],
    ['with a text that is too long', { text: '字'.repeat(161) }],
    ['with a title that is too long', { title: '题'.repeat(37) }],
    ['without rows', { rows: [] }],
  ])('%s are no notice', (_name, change) =>
    expect(noticeCard({ title: '学习材料', text: '正文', rows, link, ...change })).toBeUndefined(),
  );
});
