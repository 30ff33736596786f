// What a branch's year looks like on paper: which lists a template may draw on and what each row of them can show. Pure; holds words, never amounts.

import type { Day } from './time.ts';

/** One cell: words, or several paragraphs of them. A gap is the word 待补, never an empty guess. */
export type BookCell = string | number | readonly string[];
export type BookRow = Readonly<Record<string, BookCell>>;

/** What nobody has said yet and a person has to. */
export const gap = '待补';

/** Somebody whose name is not kept any more. */
export const gone = '（已调离的党员）';

/** Lists a template may draw on, with what `{…}` may stand for in a row of it. `entries` adds the fields of its registers. */
export const bookSources = {
  unit: [],
  /** No rows: a table to write on. */
  blank: [],
  committee: ['number', 'name', 'roles', 'joinedOn', 'group'],
  /** Those who left within the year stand behind the others; `note` says when they left, and who is away from the branch. */
  members: ['number', 'name', 'status', 'joinedOn', 'group', 'note'],
  /** Those who are given a grade in the democratic appraisal: probationary members take part and are given none. */
  graded: ['number', 'name'],
  plan: ['number', 'month', 'kind', 'topic', 'speaker'],
  'study-plan': ['number', 'when', 'topic'],
  meetings: [
    'number',
    'title',
    'kind',
    'group',
    'date',
    'day',
    'time',
    'place',
    'chair',
    'recorder',
    'lecturer',
    'expected',
    'came',
    'cameCount',
    'leaveCount',
    'absentCount',
    'present',
    'absent',
    'observers',
    'topics',
    'agenda',
    'statements',
    'decisions',
    'votes',
    'notes',
    'summary',
    'state',
  ],
  unrecorded: ['number', 'title', 'date'],
  lectures: ['number', 'date', 'speaker', 'topic'],
  service: ['month', 'times', 'people', 'hours'],
  dues: ['number', 'name', ...Array.from({ length: 12 }, (_, index) => `m${index + 1}`)],
  'dues-months': ['month', 'confirmed', 'due'],
  entries: ['number', 'date', 'heading', 'state', 'by', 'closedOn'],
  duties: ['number', 'title', 'period', 'due', 'state', 'doneOn'],
  attendance: ['number', 'name', 'expected', 'came', 'leave', 'unknown', 'duesMonths', 'lectures', 'note'],
  'own-study': ['number', 'date', 'title', 'topics'],
} as const satisfies Record<string, readonly string[]>;
export type BookSource = keyof typeof bookSources;

/** What stands for itself everywhere in a template: the unit, the year and the year's counts. */
export const bookValues = [
  'unit',
  'upper',
  'year',
  'today',
  'secretary',
  'deputy',
  'committee',
  'members',
  'full',
  'probationary',
  'mobile',
  'leavers',
  'groups',
  'themeDayRule',
  'place',
  'me',
  'planState',
  'held',
  'confirmed',
  'generalMeetings',
  'committeeMeetings',
  'groupMeetings',
  'partyLectures',
  'themeDays',
  'orgLifeMeetings',
  'studyMeetings',
  'deliberations',
  'lecturesByMembers',
  'serviceTimes',
  'servicePeople',
  'serviceHours',
  'problemsSolved',
  'trainingDays',
  'visits',
  'talks',
  'duesConfirmed',
  'duesDue',
] as const;
export type BookValues = Readonly<Record<(typeof bookValues)[number], string | number>>;

/** All that was read for one unit and year. */
export interface BookData {
  readonly values: BookValues;
  /** Rows of the lists that take no further words. */
  readonly rows: Readonly<Record<Exclude<BookSource, 'blank' | 'meetings' | 'entries' | 'duties'>, readonly BookRow[]>>;
  /** `kind` and `study` decide in which section a meeting stands. */
  readonly meetings: readonly (BookRow & { readonly kind: string; readonly isStudy: number; readonly key: string })[];
  /** Entries by the kind of their record, duties by their programme. */
  readonly entries: ReadonlyMap<string, readonly BookRow[]>;
  readonly duties: ReadonlyMap<string, readonly BookRow[]>;
}

/** `12月18日`, where the year stands above. */
export function shortDay(day: Day): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;
}

/** `2026年12月18日`: a book is read years later, so the year is always there. */
export function fullDay(day: Day): string {
  return `${day.slice(0, 4)}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;
}

/** The documents that are made from a year's facts, by the name of their template in content/book/. */
export const documents = {
  book: { template: 'default', format: 'docx' },
  ballot: { template: 'ballot', format: 'docx' },
  report: { template: 'report', format: 'docx' },
  appraisal: { template: 'appraisal', format: 'xlsx' },
  study: { template: 'study', format: 'docx' },
  platform: { template: 'platform', format: 'xlsx' },
  'own-study': { template: 'own-study', format: 'docx' },
} as const satisfies Record<string, { template: string; format: BookFormat }>;
export type DocumentName = keyof typeof documents;
export type BookFormat = 'docx' | 'xlsx';
