// What the engine takes in and gives back: the session as JSON, the input, the events. No behaviour.

import { z } from 'zod';
import type { Checklist } from '../domain/message.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import type { FileKind, UploadMedia } from '../domain/upload.ts';

/** Where something is said: to one person, or in the unit's group. */
export type Where = 'private' | 'group';

const frame = z.strictObject({
  /** Numbers the frames of one session, so that an old button can be told from a new one. */
  id: z.int(),
  flow: z.string(),
  /** The revision the conversation began on; it keeps it to its end. */
  revision: z.string(),
  /** Index of the step the frame stands on. */
  at: z.int(),
  waiting: z.boolean(),
  /** True when the flow below called this one and goes on after it; false when this one interrupted it. */
  called: z.boolean(),
  where: z.enum(['private', 'group']),
  vars: z.record(z.string(), z.json()),
  /** Indexes of the questions already answered, oldest first: the way back. */
  trail: z.array(z.int()),
  /** How often the present question was not understood. */
  misses: z.int(),
  /** When the wait acts by itself; null = never. */
  wakesAt: z.number().nullable(),
  expiresAt: z.number(),
});
export type Frame = z.infer<typeof frame>;

/** The open conversations of one person, innermost last. Plain JSON; written and read back between all steps. */
export const sessionState = z.strictObject({
  stack: z.array(frame),
  frames: z.int(),
  /** The last thing done, if it was a press on a card: pressed twice in a row it counts once. The engine knows nothing of it. */
  pressed: z
    .strictObject({ card: z.string(), data: z.string(), at: z.number(), became: z.enum(['done', 'plain', 'outdated']) })
    .optional(),
});
export type Session = z.infer<typeof sessionState>;
export const emptySession: Session = { stack: [], frames: 0 };

export type Json = z.infer<ReturnType<typeof z.json>>;

/** What a person did, as the engine sees it. */
export type Said =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'upload';
      readonly media: UploadMedia;
      /** The id under which the file will lie in the store; empty where the platform gives no file, only its words. */
      readonly ref: string;
      readonly name: string | null;
      /** What is heard in it, where the platform has written it down. */
      readonly says?: string;
    }
  /** A button that answers the question of one frame. */
  | {
      readonly kind: 'answer';
      readonly frame: number;
      readonly step: string;
      readonly value: string;
      /** What was ticked, where several may be. */
      readonly ticked?: readonly string[];
    }
  /** A button, menu entry or job that opens a flow with some answers filled in. */
  | { readonly kind: 'start'; readonly flow: string; readonly with: Readonly<Record<string, Json>> }
  /** The person opened the chat. */
  | { readonly kind: 'enter' }
  /** A wait ran out. */
  | { readonly kind: 'timer' };

export interface Input {
  readonly said: Said;
  readonly where: Where;
  readonly member: Member;
  readonly unit: Unit;
  /** What the flows asked to know (`needs`), by name; loaded before the step. */
  readonly views: Readonly<Record<string, unknown>>;
}

export interface ShownButton {
  readonly label: string;
  readonly data: string;
}

/** Why a conversation ended; every end has one and it is kept. */
export type EndReason =
  | 'done'
  | 'cancelled'
  | 'expired'
  | 'timed-out'
  | 'gave-up'
  | 'replaced'
  | 'handed-over'
  | 'flow-gone';

export type Event =
  | {
      readonly kind: 'say';
      readonly where: Where;
      readonly text: string;
      readonly title: string | null;
      readonly buttons: readonly ShownButton[];
      readonly checklist?: Checklist;
    }
  /** Something is to be written; `effect` names it in the table of effects. */
  | {
      readonly kind: 'save';
      readonly flow: string;
      readonly effect: string;
      readonly values: Readonly<Record<string, Json>>;
    }
  /** A question took a file that was just sent in: it is to be fetched. */
  | { readonly kind: 'took-file'; readonly ref: string; readonly takes: readonly FileKind[] }
  | { readonly kind: 'ended'; readonly flow: string; readonly revision: string; readonly reason: EndReason }
  /** A person is wanted: the flow could not help. */
  | { readonly kind: 'hand-over'; readonly flow: string; readonly to: string; readonly tell: string };

export interface StepResult {
  readonly session: Session;
  readonly events: readonly Event[];
  /** The steps taken, as `flow:step`, for the coverage of talks. */
  readonly walked: readonly string[];
}

/** The earliest instant at which a wait of this session acts; null when none does. */
export function wakesAt(session: Session): Instant | null {
  const times = session.stack.flatMap((open) => (open.wakesAt === null ? [] : [open.wakesAt]));
  return times.length === 0 ? null : Math.min(...times);
}

/** When the last open conversation of this session expires; null when none is open. */
export function expiresAt(session: Session): Instant | null {
  return session.stack.length === 0 ? null : Math.max(...session.stack.map((open) => open.expiresAt));
}
