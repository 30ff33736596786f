// What an effect is: what a conversation asked to be saved, turned into changes. Pure; the store writes them.

import type { Change } from '../change.ts';
import type { Member, Unit } from '../organisation.ts';
import type { Day, Instant } from '../time.ts';

export interface EffectInput {
  /** What the flow passed on (`save … with`). */
  readonly values: Readonly<Record<string, unknown>>;
  /** What the flow had loaded (`needs`). */
  readonly views: Readonly<Record<string, unknown>>;
  readonly member: Member;
  readonly unit: Unit;
  readonly now: Instant;
  readonly today: Day;

  /** When somebody else may be told something: now, or when the quiet hours and days off are over. */
  readonly pushAt: Instant;
  /** Unique for this save: for ids of records. */
  readonly key: string;
}

export type Effect = (input: EffectInput) => readonly Change[];

/** A people answer (type members) as the flow passes it on. */
export interface NamedPeople {
  readonly ids: readonly string[];
}

/** The duty of one member that belongs to a unit's event. */
export function memberDuty(event: string, member: string): string {
  return `${event}/${member}`;
}

/** A look at, or a change of, what concerns somebody else: kept so that the person can see who did it. */
export function audited(input: EffectInput, action: string, subjects: readonly string[]): Change[] {
  return subjects
    .filter((subject) => subject !== input.member.id)
    .map((subject) => ({ change: 'audit', actor: input.member.id, action, subject, unit: input.unit.id }));
}
