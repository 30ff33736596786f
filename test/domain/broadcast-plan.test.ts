// When a broadcast would reach whom: quiet hours, days off, the push budget, and who is never reached.

import { expect, test } from 'vitest';
import { broadcastStart, gatedText, gateProblems, mayBroadcast, sayGateProblem } from '../../src/domain/broadcast.ts';
import type { PossibleRecipient } from '../../src/domain/broadcast-plan.ts';
import { planDelivery } from '../../src/domain/broadcast-plan.ts';
import { buildCalendar } from '../../src/domain/calendar.ts';
import type { Member } from '../../src/domain/organisation.ts';
import { instantOf, isoOf } from '../../src/domain/time.ts';

const calendar = buildCalendar([{ year: 2026, status: 'published', source: '', off: [], work: [] }]);

function person(id: string, more: Partial<Member> = {}, rest: Partial<PossibleRecipient> = {}): PossibleRecipient {
  const member: Member = {
    id,
    name: id,
    unit: 'b1',
    partyGroup: null,
    roles: [],
    tags: ['ordinary'],
    status: 'full',
    joinedOn: null,
    reminders: { level: 'all', quietWeekdays: [], quietUntil: null },
    noticedAt: null,
    leftAt: null,
    ...more,
  };
  return { member, door: 'wecom', pushed: [], off: false, ...rest };
}

const thursday = instantOf('2026-12-10', '09:00');
const plan = (people: readonly PossibleRecipient[], expires: string | null = '2026-12-17', start = thursday) =>
  planDelivery({ audience: [], expires }, people, { start, pushTime: '08:30', calendar });

test('an instant that may be pushed at is kept, evenings and weekends wait for the next push time', () => {
  const now = instantOf('2026-12-01', '10:00');
  const start = (day: string, time: string) => isoOf(broadcastStart(now, instantOf(day, time), '08:30', calendar));
  expect(start('2026-12-10', '09:00')).toBe('2026-12-10T09:00:00+08:00');
  expect(start('2026-12-10', '00:00')).toBe('2026-12-10T08:30:00+08:00');
  expect(start('2026-12-10', '21:00')).toBe('2026-12-11T08:30:00+08:00');
  expect(start('2026-12-12', '10:00')).toBe('2026-12-14T08:30:00+08:00');
  expect(start('2026-11-01', '10:00')).toBe('2026-12-01T10:00:00+08:00');
});

test('who had a push today gets it on the next workday', () => {
  const { rounds, people } = plan([person('a'), person('b', {}, { pushed: ['2026-12-10'] })]);
  expect(people).toBe(2);
  expect(rounds.map((round) => [isoOf(round.at), round.people])).toEqual([
    ['2026-12-10T09:00:00+08:00', 1],
    ['2026-12-11T08:30:00+08:00', 1],
  ]);
});

test('each door has rounds of its own', () => {
  const { rounds } = plan([person('a'), person('b', {}, { door: 'simulator' })]);
  expect(rounds.map(({ door, people }) => [door, people])).toEqual([
    ['wecom', 1],
    ['simulator', 1],
  ]);
});

test('everybody who is not reached is counted under one reason', () => {
  const planned = planDelivery(
    { audience: ['ordinary'], expires: '2026-12-10' },
    [
      person('retired', { tags: ['retired'] }),
      person('off', {}, { off: true }),
      person('fewer', { reminders: { level: 'fewer', quietWeekdays: [], quietUntil: null } }),
      person('nowhere', {}, { door: null }),
      person('pushed', {}, { pushed: ['2026-12-10'] }),
      person('quiet', { reminders: { level: 'all', quietWeekdays: [4], quietUntil: null } }),
    ],
    { start: thursday, pushTime: '08:30', calendar },
  );
  expect(planned).toEqual({
    people: 0,
    rounds: [],
    missed: { 'other-audience': 1, 'switched-off': 1, 'turned-down': 1, 'no-account': 1, 'too-late': 2 },
  });
});

test('a last day before the start reaches nobody, none at all comes to an end', () => {
  expect(plan([person('a')], '2026-12-09').missed['too-late']).toBe(1);
  const never = person('never', {
    reminders: { level: 'all', quietWeekdays: [1, 2, 3, 4, 5, 6, 7], quietUntil: null },
  });
  expect(plan([never], null).missed['too-late']).toBe(1);
});

test('only broadcasters of the unit or above it may broadcast', () => {
  const chain = ['b1', 'district'];
  expect(mayBroadcast({ roles: ['broadcaster'], unit: 'district', leftAt: null }, chain)).toBe(true);
  expect(mayBroadcast({ roles: ['broadcaster'], unit: 'b2', leftAt: null }, chain)).toBe(false);
  expect(mayBroadcast({ roles: ['secretary'], unit: 'b1', leftAt: null }, chain)).toBe(false);
  expect(mayBroadcast({ roles: ['broadcaster'], unit: 'b1', leftAt: 1 }, chain)).toBe(false);
});

test('the gate reads every part of a material and names its rule', () => {
  const body = { by: 'a', title: '学习', text: '正文', source: '内部资料', link: null, file: null };
  const text = gatedText({ ...body, audience: [], at: null, expires: null, own: false });
  expect(gateProblems(text, true).map(sayGateProblem).join()).toContain('内部资料');
  expect(gateProblems('学习', undefined).map(({ code }) => code)).toEqual(['not-public']);
});
