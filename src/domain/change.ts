// What a conversation or a job wants changed, as values; the store writes all changes of a unit of work in one transaction.

import type { FormAnswers } from './anonymous-form.ts';
import type { Draft, MessageKind } from './message.ts';
import type { ChannelName, MemberId, Reminders, UnitId, UnitSettings } from './organisation.ts';
import type { Day, Instant, Month } from './time.ts';
import type { NewUpload } from './upload.ts';

export type DutyState = 'open' | 'done' | 'excused' | 'expired';
export type Details = Readonly<Record<string, unknown>>;

export const factKinds = [
  'signed_in',
  'leave',
  'volunteer_service',
  'dues_reported',
  'dues_confirmed',
  'studied',
  'noted',
  'suggestion',
  'complaint',
  'problem_solved',
  'lectured',
  'item_done',
  'minute',
  'minute_confirmed',
  'withdrawn',
] as const;
export type FactKind = (typeof factKinds)[number];

/** What happened. Append-only: a correction is a new fact that points to the old one, which then counts no more. */
export interface NewFact {
  readonly kind: FactKind;
  readonly unit: UnitId;
  readonly member: MemberId | null;
  readonly duty?: string | null;
  readonly onDay?: Day | null;
  readonly month?: Month | null;
  readonly data?: Details;
  /** Who recorded it, when it was not the member. */
  readonly recordedBy?: MemberId | null;
  readonly corrects?: number | null;
}

export interface NewDuty {
  readonly id: string;
  readonly programme: string;
  readonly item: string;
  readonly unit: UnitId;
  readonly member: MemberId | null;
  /** What the duty is for, `2026-12` or `2026-Q4` or `2026`. */
  readonly period: string;
  readonly dueOn: Day;
  readonly startsAt: Instant | null;
  readonly details: Details;
}

export interface RecordEntry {
  readonly id: string;
  readonly kind: string;
  readonly unit: UnitId;
  readonly member?: MemberId | null;
  readonly state: string;
  readonly title: string;
  readonly body: Details;
}

export const taskKinds = [
  'digest',
  'export',
  'broadcast',
  'fetch',
  'change-card',
  'programme',
  'plan',
  'document',
  'phone-sheet',
] as const;
export type TaskKind = (typeof taskKinds)[number];

export type Change =
  | { readonly change: 'fact'; readonly fact: NewFact }
  | { readonly change: 'duty-state'; readonly duty: string; readonly state: DutyState }
  /** New duties; one that is there already stays as it is. */
  | { readonly change: 'duties'; readonly duties: readonly NewDuty[] }
  | { readonly change: 'acknowledged'; readonly duty: string }
  | { readonly change: 'record'; readonly record: RecordEntry }
  /** A record goes as if it had never been: what a person was asked about and did not want. */
  | { readonly change: 'record-removed'; readonly id: string }
  | {
      readonly change: 'message';
      readonly to: { readonly members: readonly MemberId[] } | { readonly group: UnitId };
      readonly kind: MessageKind;
      readonly draft: Draft;
      readonly dueAt?: Instant;
      readonly expiresAt?: Instant | null;
      readonly duty?: string;
      readonly record?: string;
    }
  /** Opening the chat was answered today. */
  | { readonly change: 'greeted'; readonly member: MemberId; readonly day: Day }
  /** A code that binds an account of a door to a member, or with `unit` and `any` a group, in whichever door, to that unit; older ones for the same end go. */
  | {
      readonly change: 'binding-code';
      readonly code: string;
      readonly channel: ChannelName | 'any';
      readonly member: MemberId;
      readonly unit: UnitId | null;
    }
  | { readonly change: 'account-unbound'; readonly channel: ChannelName; readonly member: MemberId }
  | { readonly change: 'room-unbound'; readonly channel: ChannelName; readonly unit: UnitId }
  | { readonly change: 'reminders'; readonly member: MemberId; readonly reminders: Reminders }
  | { readonly change: 'unit-settings'; readonly unit: UnitId; readonly patch: Partial<UnitSettings> }
  /** Moves an event that was not yet held, and tells nobody by itself. */
  | {
      readonly change: 'event-moved';
      readonly duty: string;
      readonly dueOn: Day;
      readonly startsAt: Instant;
      readonly details: Details;
    }
  /** Work for later that is no message; asking twice for the same key is once. */
  | {
      readonly change: 'task';
      readonly kind: TaskKind;
      readonly key: string;
      readonly body: Details;
      readonly dueAt?: Instant;
    }
  /** Something was sent in and was wanted; a task of kind `fetch` gets its bytes. */
  | { readonly change: 'upload'; readonly upload: NewUpload }
  /** A file that was sent in belongs to something now and is kept until then; `own` = it stays the member's to delete. */
  | { readonly change: 'file-kept'; readonly id: string; readonly until: Instant; readonly own: boolean }
  | { readonly change: 'file-removed'; readonly id: string }
  /** A secret address under which a member's calendar lies, or with `member: null` the unit's; `renewed` ends all older ones. */
  | {
      readonly change: 'calendar-feed';
      readonly token: string;
      readonly unit: UnitId;
      readonly member: MemberId | null;
      readonly renewed: boolean;
    }
  /** More is known of an event, for itself and for the members' own duties; the day stays. */
  | { readonly change: 'event-details'; readonly duty: string; readonly details: Details }
  /** An anonymous form begins: how many options each question has, 0 for a text. Its questions are a record. */
  | { readonly change: 'form-opened'; readonly form: string; readonly options: readonly number[] }
  /** Somebody hands one in: counted once, and kept apart from who it was. */
  | { readonly change: 'form-taken'; readonly form: string; readonly member: MemberId; readonly answers: FormAnswers }
  | { readonly change: 'form-closed'; readonly form: string }
  | { readonly change: 'content-released'; readonly month: Month; readonly by: MemberId }
  /** Deletes what a member may delete; see the effect for what the organisation must keep. */
  | { readonly change: 'erased'; readonly member: MemberId; readonly kinds: readonly FactKind[] }
  | {
      readonly change: 'audit';
      readonly actor: MemberId | null;
      readonly action: string;
      readonly subject?: MemberId | null;
      readonly unit?: UnitId | null;
      readonly detail?: Details;
    };
