// What holds in a unit: its own settings, those of the units above it, and the product's defaults. Never lets a unit widen what stands above it.

import type { ThemeDayRule, Unit, UnitId, UnitSettings } from './organisation.ts';
import type { ClockTime } from './time.ts';

/** All settings of a unit, none left open but the place. */
export interface Settings {
  readonly theme_day: ThemeDayRule;
  /** The unit above that sets one theme day for all below it; null = this unit may set its own. */
  readonly theme_day_by: UnitId | null;
  readonly start: ClockTime;
  readonly place: string | undefined;
  readonly on_weekends: boolean;
  readonly sign_in: { readonly opens: number; readonly closes: number };
  readonly digest: NonNullable<UnitSettings['digest']>;
  readonly push_time: ClockTime;
  readonly dues_due: NonNullable<UnitSettings['dues_due']>;
  readonly off: readonly string[];
  readonly programmes: readonly string[];
  /** Day of the year (`01-31`) by which a programme's yearly item is due, where a unit wants it otherwise than the file. */
  readonly deadlines: Readonly<Record<string, string>>;
  readonly book: string | undefined;
  readonly links: Readonly<Record<string, string>>;
  readonly selected: readonly string[];
  readonly points: string | undefined;
}

/** What holds where nobody has set anything. */
export const defaultSettings: Settings = {
  theme_day: { day: 15 },
  theme_day_by: null,
  start: '09:00',
  place: undefined,
  on_weekends: false,
  sign_in: { opens: 30, closes: 180 },
  digest: { weekday: 'monday', time: '09:00' },
  push_time: '08:30',
  dues_due: 'theme-day',
  off: [],
  programmes: [],
  deadlines: {},
  book: undefined,
  links: {},
  selected: [],
  points: undefined,
};

/**
 * The settings that hold in a unit. The nearest unit that sets something decides; what is switched off (`off`) stays off below, and theme days that
 * a unit keeps away from weekends (`on_weekends: false`) stay away from them below.
 */
export function settingsOf(unit: Unit, unitsById: ReadonlyMap<UnitId, Unit>): Settings {
  const units = chainOf(unit, unitsById);
  const chain = units.map(({ settings }) => settings);
  // The highest unit that wants one day for all has the last word.
  const uniform = units.findLast(({ settings }) => settings.theme_day_uniform && settings.theme_day);
  const nearest = <Key extends keyof UnitSettings>(key: Key) =>
    chain.find((settings) => settings[key] !== undefined)?.[key];
  return {
    theme_day: uniform?.settings.theme_day ?? nearest('theme_day') ?? defaultSettings.theme_day,
    theme_day_by: uniform && uniform !== unit ? uniform.id : null,
    start:
      (uniform?.settings.theme_day_uniform === 'day-and-start' ? uniform.settings.start : undefined) ??
      nearest('start') ??
      defaultSettings.start,
    place: nearest('place'),
    on_weekends: (nearest('on_weekends') ?? false) && chain.every(({ on_weekends }) => on_weekends !== false),
    sign_in: nearest('sign_in') ?? defaultSettings.sign_in,
    digest: nearest('digest') ?? defaultSettings.digest,
    push_time: nearest('push_time') ?? defaultSettings.push_time,
    dues_due: nearest('dues_due') ?? defaultSettings.dues_due,
    off: [...new Set(chain.flatMap(({ off }) => off ?? []))],
    programmes: [...new Set(chain.flatMap(({ programmes }) => programmes ?? []))],
    deadlines: Object.assign({}, ...chain.map(({ deadlines }) => deadlines ?? {}).reverse()),
    book: nearest('book'),
    selected: [...new Set(chain.flatMap(({ selected }) => selected ?? []))],
    points: nearest('points'),
    // The nearest unit has the last word on an address, and adds to what stands above it.
    links: Object.assign({}, ...chain.map(({ links }) => links ?? {}).reverse()),
  };
}

/** The unit and those above it, itself first; a circle of parents ends where it closes. */
function chainOf(unit: Unit, unitsById: ReadonlyMap<UnitId, Unit>): Unit[] {
  const chain: Unit[] = [];
  let here: Unit | undefined = unit;
  while (here && !chain.includes(here)) {
    chain.push(here);
    here = here.parent === null ? undefined : unitsById.get(here.parent);
  }
  return chain;
}
