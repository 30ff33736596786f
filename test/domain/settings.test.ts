import { describe, expect, test } from 'vitest';
import type { Unit, UnitSettings } from '../../src/domain/organisation.ts';
import { defaultSettings, settingsOf } from '../../src/domain/settings.ts';

const unit = (id: string, parent: string | null, settings: UnitSettings = {}): Unit => ({
  id,
  name: id,
  kind: 'branch',
  parent,
  sector: null,
  settings,
  groups: {},
});

function settingsIn(...units: Unit[]) {
  return settingsOf(units.at(-1)!, new Map(units.map((each) => [each.id, each])));
}

describe('settingsOf', () => {
  test('where nobody set anything the defaults hold', () => {
    expect(settingsIn(unit('b1', null))).toEqual(defaultSettings);
  });

  test('what a unit sets holds below it, and the nearest decides', () => {
    const district = unit('district', null, { theme_day: { day: 7 }, start: '15:00', push_time: '10:00' });
    const committee = unit('committee', 'district', { start: '14:00', place: '二楼会议室' });
    const settings = settingsIn(
      district,
      committee,
      unit('b1', 'committee', { theme_day: { weekday: 'friday', nth: 2 } }),
    );
    expect(settings).toMatchObject({
      theme_day: { weekday: 'friday', nth: 2 },
      start: '14:00',
      place: '二楼会议室',
      push_time: '10:00',
      dues_due: 'theme-day',
    });
  });

  test('what is switched off above stays off, and more may be switched off below', () => {
    const district = unit('district', null, { off: ['study'] });
    expect(settingsIn(district, unit('b1', 'district', { off: ['dues', 'study'] })).off).toEqual(['dues', 'study']);
    expect(settingsIn(district, unit('b1', 'district', { off: [] })).off).toEqual(['study']);
  });

  test('weekends kept free above stay free below', () => {
    expect(
      settingsIn(unit('district', null, { on_weekends: false }), unit('b1', 'district', { on_weekends: true }))
        .on_weekends,
    ).toBe(false);
    expect(settingsIn(unit('district', null), unit('b1', 'district', { on_weekends: true })).on_weekends).toBe(true);
    expect(
      settingsIn(unit('district', null, { on_weekends: true }), unit('b1', 'district', { on_weekends: false }))
        .on_weekends,
    ).toBe(false);
  });

  test('an unknown parent or a circle of parents does no harm', () => {
    expect(settingsIn(unit('b1', 'nowhere'))).toEqual(defaultSettings);
    expect(settingsIn(unit('a', 'b', { start: '10:00' }), unit('b', 'a')).start).toBe('10:00');
  });
});
