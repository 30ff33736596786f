// The organisation tree as everybody speaks of it: units, members, roles, tags and what a unit may set. Holds no data itself.

import { z } from 'zod';
import { termForm } from './term.ts';
import type { Instant } from './time.ts';
import { isDay } from './time.ts';

export type UnitId = string;
export type MemberId = string;

export const unitKinds = ['district', 'committee', 'general-branch', 'branch', 'group'] as const;
export type UnitKind = (typeof unitKinds)[number];

export const roles = [
  'member',
  'group-leader',
  'secretary',
  'deputy',
  'commissioner-organisation',
  'commissioner-publicity',
  'commissioner-discipline',
  'broadcaster',
  'higher-viewer',
  'auditor',
  'operator',
] as const;
export type Role = (typeof roles)[number];

export const tags = [
  'ordinary',
  'leading-cadre',
  'mobile',
  'retired',
  'elderly',
  'student',
  'farmer',
  'hardship',
] as const;
export type Tag = (typeof tags)[number];

export const memberStatuses = ['full', 'probationary'] as const;
export type MemberStatus = (typeof memberStatuses)[number];

export const channelNames = ['wecom', 'wecom-bot', 'webhook', 'wechaty', 'simulator', 'terminal'] as const;
/** A door to people. Accounts of members are kept by it. */
export type ChannelName = (typeof channelNames)[number];

/** The form in which an account is kept and looked up: WeCom compares userids without regard to case. */
export function accountKey(channel: string, account: string): string {
  return channel.startsWith('wecom') ? account.toLowerCase() : account;
}

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间写成 09:00 这样');
const day = z.string().refine(isDay, '日期写成 2026-12-05 这样');
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** A fixed date of the month, or the n-th weekday of it (`nth: -1` = the last one). */
export const themeDayRule = z.union([
  z.strictObject({ day: z.int().min(1).max(31) }),
  z.strictObject({
    weekday: z.enum(weekdays),
    nth: z.union([z.int().min(1).max(4), z.literal(-1)]),
  }),
]);
export type ThemeDayRule = z.infer<typeof themeDayRule>;

/** What a unit may set. Each holds for the units below too, which may narrow it. Absent = as above, in the end the product's default. */
export const unitSettings = z.strictObject({
  theme_day: themeDayRule.optional(),
  /** In a unit above branches: its theme day holds for all below, `day-and-start` with the time too; branches do not choose. */
  theme_day_uniform: z.enum(['day', 'day-and-start']).optional(),
  /** When the theme day begins. */
  start: clockTime.optional(),
  place: z.string().max(60).optional(),
  /** Keeps theme days on weekends instead of moving them to a workday. */
  on_weekends: z.boolean().optional(),
  /** Minutes before the start at which sign-in opens, and after the start at which it closes. */
  sign_in: z.strictObject({ opens: z.int().min(0).max(240), closes: z.int().min(0).max(1440) }).optional(),
  /** When the weekly digest is sent. */
  digest: z.strictObject({ weekday: z.enum(weekdays), time: clockTime }).optional(),
  /** When the one push of a day goes out. */
  push_time: clockTime.optional(),
  /** `theme-day` (default) or the last workday of the month. */
  dues_due: z.enum(['theme-day', 'month-end']).optional(),
  /** Offered programmes that this unit has taken up, for itself and the units below. */
  programmes: z.array(z.string()).optional(),
  /** Programme → day of the year (`01-31`) by which its yearly item is due here and below. */
  deadlines: z.record(z.string(), z.string().regex(/^(0[1-9]|1[0-2])-\d{2}$/, '日期写成 01-31 这样')).optional(),
  /** The record book's template in content/book/, where it is not the product's own. */
  book: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, '写 content/book/ 里样式文件的名字，不带 .yaml')
    .optional(),
  /** Addresses of the platforms that this unit uses, by their name in content/links.yaml or any other name. */
  links: z
    .record(z.string().min(1).max(20), z.url({ protocol: /^https?$/, error: '网址以 https:// 开头' }).max(300))
    .optional(),
  /** When the present committee was elected, and for how long; this unit's own. */
  term: termForm.optional(),
  /** Content of which a unit above lets this unit and those below see it (`warning`), and nobody else. */
  selected: z.array(z.string()).optional(),
  /** The tariff in content/tariffs/ by which members may see their own points; absent = there are none. */
  points: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, '写 content/tariffs/ 里文件的名字，不带 .yaml')
    .optional(),
  /** Programmes and pushes that this unit has switched off. */
  off: z.array(z.string()).optional(),
});
export type UnitSettings = z.infer<typeof unitSettings>;

export interface Unit {
  readonly id: UnitId;
  readonly name: string;
  readonly kind: UnitKind;
  readonly parent: UnitId | null;
  readonly sector: string | null;
  readonly settings: UnitSettings;
  /** Groups of this unit in the doors: channel → group id there. */
  readonly groups: Readonly<Partial<Record<ChannelName, string>>>;
}

/** How a member wants to be reminded. */
export interface Reminders {
  /** `all`, `fewer` (theme days and dues only) or `none`. */
  readonly level: 'all' | 'fewer' | 'none';
  /** Weekdays (1 = Monday) on which nothing is pushed. */
  readonly quietWeekdays: readonly number[];
  /** Nothing is pushed up to and including this day. */
  readonly quietUntil: string | null;
  /** The time of day that the member chose for pushes that can wait; absent or null = the unit's. */
  readonly pushTime?: string | null;
  /** Short texts in large type: chosen, or null = as the tags say. */
  readonly large?: boolean | null;
}

export interface Member {
  readonly id: MemberId;
  readonly name: string;
  readonly unit: UnitId;
  readonly partyGroup: string | null;
  readonly roles: readonly Role[];
  readonly tags: readonly Tag[];
  readonly status: MemberStatus;
  readonly joinedOn: string | null;
  readonly reminders: Reminders;
  /** When the first-contact notice was given; null = not yet. */
  readonly noticedAt: Instant | null;
  /** The day on which opening the chat was last answered; absent = never. */
  readonly greetedOn?: string | null;
  readonly leftAt: Instant | null;
}

/** An organisation as a file brings it, after all checks: what `zhibu import` writes. */
export const organisationFile = z.strictObject({
  units: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, '单位编号用字母、数字、点、横线，最多40个'),
        name: z.string().min(1).max(60),
        kind: z.enum(unitKinds),
        parent: z.string().optional(),
        sector: z.string().max(30).optional(),
        groups: z.partialRecord(z.enum(channelNames), z.string()).optional(),
        ...unitSettings.shape,
      }),
    )
    .default([]),
  members: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/, '人员编号用字母、数字和 _ . @ -，最多64个'),
        name: z.string().min(1).max(30),
        unit: z.string(),
        group: z.string().max(30).optional(),
        roles: z.array(z.enum(roles)).optional(),
        tags: z.array(z.enum(tags)).optional(),
        status: z.enum(memberStatuses).optional(),
        joined_on: day.optional(),
        channels: z.partialRecord(z.enum(channelNames), z.string().min(1).max(64)).optional(),
      }),
    )
    .default([]),
});
export type OrganisationFile = z.infer<typeof organisationFile>;
