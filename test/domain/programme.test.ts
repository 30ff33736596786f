// What a programme asks of whom and when: held over all months, days and settings, not only the ones somebody thought of.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildCalendar } from '../../src/domain/calendar.ts';
import type { Member, Tag, Unit } from '../../src/domain/organisation.ts';
import { tags } from '../../src/domain/organisation.ts';
import type { Programme } from '../../src/domain/programme.ts';
import { dutiesOf, programmeForm } from '../../src/domain/programme.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { addDays, addMonths, daysOfMonth, isDay } from '../../src/domain/time.ts';

const calendar = buildCalendar([
  {
    year: 2027,
    status: 'published',
    source: 'notice',
    off: [{ from: '2027-10-01', to: '2027-10-07', name: '国庆节' }],
    work: ['2027-10-09'],
  },
]);
const branch: Unit = {
  id: 'b1',
  name: '第一党支部',
  kind: 'branch',
  parent: null,
  sector: null,
  settings: {},
  groups: {},
};
const anyMonth = fc.integer({ min: 0, max: 47 }).map((months) => addMonths('2025-01', months));
const anyEvery = fc.constantFrom('month' as const, 'quarter' as const, 'year' as const);

function member(id: string, own: readonly Tag[] = ['ordinary'], roles: Member['roles'] = []): Member {
  return {
    id,
    name: id,
    unit: 'b1',
    partyGroup: null,
    roles,
    tags: own,
    status: 'full',
    joinedOn: null,
    reminders: { level: 'all', quietWeekdays: [], quietUntil: null },
    noticedAt: null,
    leftAt: null,
  };
}

function programme(item: object, rest: object = {}): Programme {
  return programmeForm.parse({
    programme: 'xuhui-2017/five-ones',
    title: '五个一',
    issuer: '徐汇',
    year: 2017,
    source: '通知',
    items: [{ item: 'lecture', title: '听一次党课', who: 'both', every: 'year', due: 'end', ...item }],
    ...rest,
  });
}

const raised = (one: Programme, month: string, members = [member('zhaolei')], settings: Settings = defaultSettings) =>
  dutiesOf(one, month, branch, members, settings, calendar);

describe('dutiesOf', () => {
  test('raising twice gives the same ids, and no id names two duties', () => {
    fc.assert(
      fc.property(anyMonth, anyEvery, (month, every) => {
        const one = programme({ every });
        const first = raised(one, month, [member('a'), member('b')]);
        expect(raised(one, month, [member('a'), member('b')])).toEqual(first);
        expect(new Set(first.map(({ id }) => id)).size).toBe(first.length);
      }),
    );
  });

  test('all months of a period raise the same duty, months of two periods never', () => {
    fc.assert(
      fc.property(anyMonth, anyMonth, anyEvery, (one, other, every) => {
        const period = (month: string) =>
          every === 'month'
            ? month
            : every === 'quarter'
              ? `${month.slice(0, 4)}-Q${Math.ceil(Number(month.slice(5)) / 3)}`
              : month.slice(0, 4);
        const idOf = (month: string) => raised(programme({ every }), month, [])[0]!.id;
        expect(idOf(one)).toBe(`xuhui-2017/five-ones/b1/${period(one)}`);
        expect(idOf(one) === idOf(other)).toBe(period(one) === period(other));
      }),
    );
  });

  test('the end of a month, quarter or year is a workday of its last month', () => {
    fc.assert(
      fc.property(anyMonth, anyEvery, (month, every) => {
        const [duty] = raised(programme({ every }), month, []);
        expect(calendar.isWorkday(duty!.dueOn)).toBe(true);
        const last = every === 'month' ? month : every === 'year' ? `${month.slice(0, 4)}-12` : undefined;
        if (last) expect(duty!.dueOn.slice(0, 7)).toBe(last);
        else expect(['03', '06', '09', '12']).toContain(duty!.dueOn.slice(5, 7));
        expect(duty!.dueOn >= daysOfMonth(month).first).toBe(true);
      }),
    );
  });

  test('what opens later waits for its month; what closed before the month is not raised any more', () => {
    fc.assert(
      fc.property(
        anyMonth,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 90 }),
        (month, from, to, closes) => {
          const date = (number: number, day: string) => `${String(number).padStart(2, '0')}-${day}`;
          const one = programme({ opens: date(Math.min(from, to), '01'), due: date(Math.max(from, to), '28'), closes });
          const duties = raised(one, month, []);
          const year = month.slice(0, 4);
          const opens = `${year}-${date(Math.min(from, to), '01')}`;
          const ends = addDays(`${year}-${date(Math.max(from, to), '28')}`, closes);
          const { first, last } = daysOfMonth(month);
          expect(duties.length > 0).toBe(opens <= last && ends >= first);
        },
      ),
    );
  });

  test('a campaign with start and end is raised in its months only (duty 26)', () => {
    fc.assert(
      fc.property(anyMonth, anyMonth, anyMonth, (month, one, other) => {
        const [from, until] = one < other ? [one, other] : [other, one];
        const duties = raised(programme({ every: 'month' }, { from, until }), month);
        expect(duties.length > 0).toBe(month >= from && month <= until);
      }),
    );
  });

  test('an offer asks nothing until it is taken up, and nothing where it is switched off (duty 112)', () => {
    const offer = programme({}, { adopt: true });
    const id = offer.programme;
    expect(raised(offer, '2027-05')).toEqual([]);
    expect(raised(offer, '2027-05', undefined, { ...defaultSettings, programmes: [id] })).toHaveLength(2);
    expect(raised(offer, '2027-05', undefined, { ...defaultSettings, programmes: [id], off: [id] })).toEqual([]);
    expect(raised(programme({}), '2027-05', undefined, { ...defaultSettings, off: [id] })).toEqual([]);
  });

  test('nothing is asked of members who are exempt, of another audience or without the role', () => {
    const anyTags = fc.subarray([...tags]);
    fc.assert(
      fc.property(anyTags, anyTags, anyTags, (own, audience, exempt) => {
        const one = programme({ who: 'member' }, { ...(audience.length > 0 ? { audience } : {}), exempt });
        const concerned =
          !own.some((tag) => exempt.includes(tag)) &&
          (audience.length === 0 || own.some((tag) => audience.includes(tag)));
        expect(raised(one, '2027-05', [member('a', own)])).toHaveLength(concerned ? 1 : 0);
      }),
    );
    const forSecretaries = programme({ who: 'member' }, { roles: ['secretary'] });
    const both = [member('a'), member('b', ['ordinary'], ['secretary'])];
    expect(raised(forSecretaries, '2027-05', both).map((duty) => duty.member)).toEqual(['b']);
  });

  test('an item of other kinds of units is left out, and units of other kinds have none at all', () => {
    const items = [
      { item: 'a', title: '甲', who: 'unit', every: 'year', due: 'end', units: ['district'] },
      { item: 'b', title: '乙', who: 'unit', every: 'year', due: 'end' },
    ];
    const one = programme({}, { units: ['district', 'branch'], items });
    expect(raised(one, '2027-05').map(({ item }) => item)).toEqual(['b']);
    expect(dutiesOf(one, '2027-05', { ...branch, kind: 'committee' }, [], defaultSettings, calendar)).toEqual([]);
  });

  test('a fixed day of the month moves off days off and stays in its month (duty 21)', () => {
    fc.assert(
      fc.property(anyMonth, fc.integer({ min: 1, max: 31 }), (month, day) => {
        const [duty] = raised(programme({ every: 'month', due: `day-${day}`, event: true }), month, []);
        expect(calendar.isWorkday(duty!.dueOn)).toBe(true);
        expect(duty!.dueOn.slice(0, 7)).toBe(month);
        expect(duty!.startsAt).not.toBeNull();
      }),
    );
  });

  test('a thing of once counts deeds from the start of its campaign, never from before', () => {
    const item = { every: 'once', due: '2027-07-31', done_by: ['fact/lectured'] };
    expect(raised(programme(item, { from: '2027-03', until: '2027-08' }), '2027-04')[0]!.details.opens).toBe(
      '2027-03-01',
    );
    expect(raised(programme(item), '2027-04')[0]!.details.opens).toBe('2027-01-01');
    expect(raised(programme({ ...item, opens: '2027-06-15' }), '2027-06')[0]!.details.opens).toBe('2027-06-15');
    expect(raised(programme({ ...item, opens: '2027-06-15' }), '2027-05')).toEqual([]);
    const toTheEnd = programme({ every: 'once', due: 'end' }, { from: '2027-03', until: '2027-08' });
    expect(raised(toTheEnd, '2027-03')[0]!.dueOn).toBe('2027-08-31');
  });

  test('every due day is a day, whatever the month', () => {
    fc.assert(
      fc.property(anyMonth, fc.constantFrom('02-29', '06-30', '12-31', 'end'), (month, due) => {
        for (const duty of raised(programme({ due, closes: 400 }), month)) expect(isDay(duty.dueOn)).toBe(true);
      }),
    );
  });
});
