// What a theme day consists of, as its branch arranges it: theme, blocks, place, the way there, what to bring. A branch matter: no person in it.

import type { Day } from './time.ts';

/** One thing that a theme day may consist of, from content/theme-day.yaml. */
export interface ThemeDayBlock {
  readonly id: string;
  readonly name: string;
  /** True = of every month. */
  readonly usual: boolean;
  /** A word for those who arrange it. */
  readonly note: string;
}

/** A site for organisational life, from the list that the units above keep. */
export interface Venue {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  /** How to book, when it is open. */
  readonly booking: string | null;
}

export interface ThemePlace {
  /** What the notice says; null = as before. */
  readonly place: string | null;
  readonly venue: Venue | null;
}

/** The place that an answer means: a number of the list, a venue by name, else the words as they stand. */
export function themePlace(said: string | null, venues: readonly Venue[]): ThemePlace {
  if (said === null) return { place: null, venue: null };
  const words = said.trim();
  const number = /^第?\s*(\d{1,2})\s*(?:个|号)?$/.exec(words.normalize('NFKC'))?.[1];
  const venue =
    (number ? venues[Number(number) - 1] : venues.find(({ name }) => words.includes(name) || name === words)) ??
    venues.find(({ name }) => words.length >= 2 && name.includes(words)) ??
    null;
  return { place: venue ? `${venue.name}（${venue.place}）` : words, venue };
}

export interface AgendaAnswers {
  readonly theme: string | null;
  /** Chosen ids; `usual` stands for the blocks of every month. */
  readonly chosen: readonly string[];
  readonly blocks: readonly ThemeDayBlock[];
  readonly place: ThemePlace;
  readonly travel: string | null;
  readonly bring: string | null;
  /** The event, with its place of before. */
  readonly event: { readonly id: string; readonly day: Day; readonly place: string | null };
}

export interface Agenda {
  readonly event: string;
  readonly day: Day;
  readonly theme: string | null;
  readonly blocks: readonly string[];
  readonly names: readonly string[];
  readonly notes: readonly string[];
  readonly place: string | null;
  readonly booking: string | null;
  readonly travel: string | null;
  readonly bring: string | null;
  /** One line for notices: theme and blocks. */
  readonly line: string;
  /** One line for notices and for the reminder of the day before: the way there and what to bring; empty = nothing. */
  readonly ready: string;
}

export function agendaOf({ theme, chosen, blocks, place, travel, bring, event }: AgendaAnswers): Agenda {
  const meant = blocks.filter(({ id, usual }) => chosen.includes(id) || (usual && chosen.includes('usual')));
  const names = meant.map(({ name }) => name);
  return {
    event: event.id,
    day: event.day,
    theme,
    blocks: meant.map(({ id }) => id),
    names,
    notes: meant.map(({ name, note }) => `${name}：${note}`),
    place: place.place ?? event.place,
    booking: place.venue?.booking ?? null,
    travel,
    bring,
    line: `${theme ? `主题：${theme}。` : ''}安排：${names.join('、')}。`,
    ready: [travel ? `集合：${travel}。` : '', bring ? `请带：${bring}。` : ''].join(''),
  };
}
