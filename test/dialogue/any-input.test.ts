// Whatever people, buttons and clocks do: the shipped flows never throw, never grow without bound, never print a hole.

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeFlows } from '../../src/dialogue/flow.ts';
import type { Said } from '../../src/dialogue/session.ts';
import type { Member } from '../../src/domain/organisation.ts';
import { roles, tags } from '../../src/domain/organisation.ts';
import { allRules, ruleKey } from '../../src/domain/theme-day-plan.ts';
import { loadFlows } from '../../src/library/flows.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { conversation, zhaolei } from './conversation.ts';

const shipped = loadFlows(join(import.meta.dirname, '../../flows'), viewNames);
const flows = makeFlows(shipped);

const people = [
  { id: 'sunbo', name: '孙波' },
  { id: 'qianduo', name: '钱多' },
];
const named = (...names: string[]) => ({ ids: names, names });
const event = {
  id: 'theme-day/b1/2026-12',
  title: '主题党日',
  day: '2026-12-07',
  start: '09:00',
  opens: '08:30',
  place: null,
  window: 'early',
  mine: null,
  own: null,
  near: true,
  told: true,
  acknowledged: false,
};
const material = {
  id: 'm1',
  title: '材料',
  text: '一段话',
  source: '人民日报',
  link: null,
  when: '明天',
  state: 'approved',
};

/** What the flows ask to know, as their views would give it; `empty` = an organisation in which nothing happens. */
function viewsOf(empty: boolean): Record<string, unknown> {
  const days = Object.fromEntries(allRules.map((rule) => [ruleKey(rule), '2027-01-07']));
  return {
    event: empty ? null : event,
    dues: {
      month: '2026-12',
      status: 'open',
      due: '2026-12-07',
      open: empty ? [] : ['2026-11'],
      unreported: ['2026-12'],
    },
    mine: { year: '2026', empty, services: [], hours: 0, signIns: [], leaves: [], dues: [], notes: [] },
    last: empty ? null : { id: 1, kind: 'noted', duty: null },
    holdings: { attendance: 0, dues: 0, services: 0, notes: 0, voices: 0, doors: ['微信'], wechat: true, looks: [] },
    study: empty ? null : { id: 's', topic: 't', text: '今天读一段', readItems: [], eveningToCome: true },
    quiz: {
      question: '问',
      options: [{ letter: 'A', text: '甲', id: 'A', name: 'A' }],
      answer: 'A',
      explain: '因为',
      source: '党章',
    },
    colleagues: people,
    roster: empty
      ? { event: null, leaveEvent: null, people }
      : {
          event: { ...event, window: 'open' },
          leaveEvent: event,
          people,
          expected: 2,
          came: [],
          cameIds: [],
          guests: null,
          leave: [],
          missing: ['孙波'],
        },
    duesList: {
      month: '2026-12',
      people,
      done: named(),
      reported: named(),
      open: named('孙波'),
      waiting: empty ? [] : [{ month: '2026-12', ...named('钱多') }],
    },
    secretaries: empty ? [] : ['wangfang'],
    themeDay: {
      own: true,
      rule: '每月7日',
      start: '09:00',
      above: { rule: { day: 15 }, start: '09:00' },
      months: [{ month: '2027-01', held: false, event: null, days }],
      today: '2026-12-05',
    },
    digest: { text: '一周小结' },
    approvers: empty ? [] : ['malin'],
    reach: { members: 9, reachable: 9, branches: 2, calls: 1, unreachable: 0 },
    broadcasts: empty
      ? { toApprove: null, newest: null, ownWaiting: false }
      : {
          toApprove: material,
          newest: { ...material, sent: 1, waiting: 0, failed: 0, reasons: [], stateWord: '已发完' },
          ownWaiting: false,
        },
    release: { open: '2026-12', proposed: false, own: false },
    help: [{ word: '学习', hint: '看学习内容' }],
  };
}

const words = shipped.flatMap((flow) => flow.start.words);
const answers = [
  '对',
  '不对',
  '昨天',
  '12月5日',
  '明天',
  '两小时',
  '20小时',
  '8000',
  '孙波 钱多',
  '张三',
  '生病',
  '1',
  '2',
  '扫雪',
  '9点',
  '尽快',
  '一周',
  'A',
  '改成3小时',
  '{me.name}',
  '昨天去社区清垃圾两小时',
  '请假 生病',
  '算党费 8000',
];

type Act = { said: Said; where: 'private' | 'group' } | { pass: number } | { tap: number };
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...words)
      .map((text) => ({ said: { kind: 'text' as const, text }, where: 'private' as const })),
  },
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...answers)
      .map((text) => ({ said: { kind: 'text' as const, text }, where: 'private' as const })),
  },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 30 })
      .map((text) => ({ said: { kind: 'text' as const, text }, where: 'private' as const })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...words, ...answers)
      .map((text) => ({ said: { kind: 'text' as const, text }, where: 'group' as const })),
  },
  { weight: 4, arbitrary: fc.nat(20).map((tap) => ({ tap })) },
  { weight: 1, arbitrary: fc.nat(14 * 3_600_000).map((pass) => ({ pass })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Said>(
        { kind: 'timer' },
        { kind: 'enter' },
        { kind: 'upload', media: 'file', ref: 'r', name: 'a.docx' },
        { kind: 'upload', media: 'image', ref: 'r', name: null },
        { kind: 'answer', frame: 1, step: 'ask', value: 'yes' },
        { kind: 'start', flow: 'nowhere', with: {} },
      )
      .map((said) => ({ said, where: 'private' as const })),
  },
);

test('whatever is said, tapped or waited for, the conversation stays whole', () => {
  fc.assert(
    fc.property(
      fc.array(act, { maxLength: 40 }),
      fc.boolean(),
      fc.subarray([...roles]),
      fc.subarray([...tags], { maxLength: 2 }),
      (acts, empty, someRoles, someTags) => {
        const member: Member = { ...zhaolei, roles: someRoles, tags: someTags };
        const talk = conversation(flows, { member, views: viewsOf(empty) });
        const shown: { label: string; data: string }[] = [];
        for (const one of acts) {
          if ('pass' in one) {
            talk.pass(one.pass);
            continue;
          }
          if ('tap' in one && shown.length === 0) continue;
          const heard = 'tap' in one ? talk.tap(shown[one.tap % shown.length]) : talk.put(one.said, one.where);
          shown.push(...heard.buttons);
          for (const text of heard.texts) expect(text).not.toMatch(/undefined|null|\[object|NaN/);
          const { stack } = talk.session();
          expect(stack.length).toBeLessThanOrEqual(flows.newest.size);
          expect(new Set(stack.map(({ flow }) => flow)).size).toBe(stack.length);
          expect(stack.every(({ waiting }) => waiting)).toBe(true);
        }
      },
    ),
    { numRuns: 400 },
  );
});
