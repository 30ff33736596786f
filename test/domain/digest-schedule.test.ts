// When digests come and what they speak of: never on a day off, no week twice, no week left out.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildCalendar } from '../../src/domain/calendar.ts';
import { digestReaders, digestTimeFor } from '../../src/domain/digest-readers.ts';
import { digestTimes, isDigestDay, periodOfWeek, periodSoFar, weeksCovered } from '../../src/domain/digest-schedule.ts';
import type { Member } from '../../src/domain/organisation.ts';
import { weekdays } from '../../src/domain/organisation.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { addDays, dayOf, instantOf, isoOf, isoWeekOf, weekStartOf } from '../../src/domain/time.ts';
import { loadCalendar } from '../../src/library/holidays.ts';

const calendar = loadCalendar('content');
const monday = defaultSettings.digest;
const between = (from: string, to: string) =>
  digestTimes(monday, calendar, instantOf(from, '00:00'), instantOf(to, '23:59')).map(({ week, at }) => [
    week,
    isoOf(at),
  ]);

describe('digests are due', () => {
  test('on Monday at nine, on the week before', () => {
    expect(between('2026-12-01', '2026-12-15')).toEqual([
      ['2026-W49', '2026-12-07T09:00:00+08:00'],
      ['2026-W50', '2026-12-14T09:00:00+08:00'],
    ]);
  });

  test('on the next workday when Monday is a holiday', () => {
    // 5 October 2026 lies in the National Day holiday, which ends on the 7th.
    expect(between('2026-10-03', '2026-10-09')).toEqual([['2026-W40', '2026-10-08T09:00:00+08:00']]);
    expect(isDigestDay(monday, calendar, '2026-10-08')).toBe(true);
    expect(isDigestDay(monday, calendar, '2026-10-05')).toBe(false);
  });

  test('once, on both weeks, when a holiday holds two Mondays', () => {
    // 15 to 23 February 2026: both Mondays give way to Tuesday the 24th.
    expect(between('2026-02-10', '2026-02-28')).toEqual([['2026-W08', '2026-02-24T09:00:00+08:00']]);
    expect(weeksCovered('2026-W08', monday, calendar)).toBe(2);
    expect(periodOfWeek('2026-W08', '2026-02-24', 2)).toMatchObject({ from: '2026-02-09', to: '2026-02-22' });
  });

  test('only on workdays, and every week is spoken of exactly once, whatever the holidays and the setting', () => {
    const holiday = fc.record({ start: fc.integer({ min: 0, max: 350 }), length: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(fc.array(holiday, { maxLength: 8 }), fc.constantFrom(...weekdays), (spans, weekday) => {
        const off = spans.map(({ start, length }) => {
          const from = addDays('2026-01-01', start);
          return { from, to: addDays(from, length), name: '假' };
        });
        const year = (number: number) => ({
          year: number,
          status: 'published' as const,
          source: 'test',
          off: [],
          work: [],
        });
        const some = buildCalendar([year(2025), { ...year(2026), off }, year(2027)]);
        const setting = { weekday, time: '09:00' };
        const [from, to] = [instantOf('2025-12-01', '00:00'), instantOf('2027-03-01', '00:00')];
        const due = digestTimes(setting, some, from, to);
        expect(due.every(({ at }) => some.isWorkday(dayOf(at)))).toBe(true);
        const weeks = due.flatMap(({ week, at }) => {
          const { from: first, to: last } = periodOfWeek(week, dayOf(at), weeksCovered(week, setting, some))!;
          const covered: string[] = [];
          for (let day = first; day <= last; day = addDays(day, 7)) covered.push(isoWeekOf(day));
          return covered;
        });
        const first = weekStartOf('2026-01-15');
        const expected: string[] = [];
        for (let day = first; day < '2026-11-30'; day = addDays(day, 7)) expected.push(isoWeekOf(day));
        expect(weeks.filter((week) => expected.includes(week))).toEqual(expected);
        // Ringing in pieces finds the same.
        const middle = instantOf('2026-06-10', '09:00');
        expect([...digestTimes(setting, some, from, middle), ...digestTimes(setting, some, middle, to)]).toEqual(due);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the days a digest speaks of', () => {
  test('a finished week and the one after it', () => {
    const period = { from: '2026-11-30', to: '2026-12-06', comingFrom: '2026-12-07', comingTo: '2026-12-13' };
    expect(periodOfWeek('2026-W49', '2026-12-07')).toEqual(period);
    expect(periodOfWeek('2026-W49', '2027-03-01')).toEqual(period);
  });

  test('the running week ends today, and so does what 周报 shows', () => {
    expect(periodOfWeek('2026-W49', '2026-12-02')).toMatchObject({ to: '2026-12-02', comingFrom: '2026-12-02' });
    expect(periodSoFar('2026-12-02')).toMatchObject({ from: '2026-11-23', to: '2026-12-02' });
  });

  test('there is no week 54', () => {
    expect(periodOfWeek('2026-W54', '2026-12-07')).toBeUndefined();
  });
});

const reminders = { level: 'all', quietWeekdays: [], quietUntil: null } as const;
const member = (id: string, role: Member['roles'][number], level: 'all' | 'none' = 'all'): Member => ({
  id,
  name: id,
  unit: 'b1',
  partyGroup: null,
  roles: [role],
  tags: [],
  status: 'full',
  joinedOn: null,
  reminders: { ...reminders, level },
  noticedAt: 0,
  leftAt: null,
});

describe('the readers of a digest', () => {
  const ids = (kind: 'branch' | 'district', members: readonly Member[]) =>
    digestReaders({ kind }, members).map(({ id }) => id);

  test('are the secretaries, the deputies only without one, and nobody who wants no reminders', () => {
    const [secretary, deputy] = [member('s', 'secretary'), member('d', 'deputy')];
    expect(ids('branch', [secretary, deputy])).toEqual(['s']);
    expect(ids('branch', [deputy])).toEqual(['d']);
    expect(ids('branch', [member('s', 'secretary', 'none'), deputy])).toEqual([]);
  });

  test('are those who may see counts only above branches', () => {
    const viewer = member('v', 'higher-viewer');
    expect(ids('district', [viewer])).toEqual(['v']);
    expect(ids('branch', [viewer])).toEqual([]);
  });

  test('get it at once, after quiet days on the next workday, and not at all when they are away', () => {
    const at = (quiet: Partial<Member['reminders']>, now = instantOf('2026-12-07', '09:00')) => {
      const time = digestTimeFor({ ...reminders, ...quiet }, now, '09:00', calendar);
      return time === undefined ? undefined : isoOf(time).slice(0, 16);
    };
    expect(at({})).toBe('2026-12-07T09:00');
    expect(at({ quietWeekdays: [1] })).toBe('2026-12-08T09:00');
    expect(at({ quietUntil: '2026-12-10' })).toBe('2026-12-11T09:00');
    expect(at({ quietUntil: '2027-01-31' })).toBeUndefined();
    expect(at({}, instantOf('2026-12-11', '22:00'))).toBe('2026-12-14T09:00');
  });
});
