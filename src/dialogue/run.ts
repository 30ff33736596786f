// One step of the engine while it runs: the stack, the events so far, and what steps may do to them. Lives only inside `step`.

import type { Checklist } from '../domain/message.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf } from '../domain/time.ts';
import type { Flow, Flows } from './flow.ts';
import type { EndReason, Event, Frame, Input, Json, Said, ShownButton } from './session.ts';
import type { Scope } from './template.ts';

export interface Run {
  readonly flows: Flows;
  readonly input: Input;
  readonly now: Instant;
  readonly stack: Frame[];
  readonly events: Event[];
  readonly walked: string[];
  frames: number;
}

/** Where the engine goes after a step. */
export type Next =
  | { readonly go: 'on' }
  | { readonly go: 'to'; readonly step: string }
  | { readonly go: 'wait' }
  | { readonly go: 'end'; readonly reason: EndReason }
  | { readonly go: 'call'; readonly flow: string; readonly with: Readonly<Record<string, Json>> };

export const onward: Next = { go: 'on' };

/** `end` or a step's id, as flows write it. */
export function goTo(target: string): Next {
  return target === 'end' ? { go: 'end', reason: 'done' } : { go: 'to', step: target };
}

/** What one kind of step does. `Spec` is its checked form. */
export interface StepKind<Spec> {
  enter(run: Run, frame: Frame, step: Spec & { readonly id: string }, flow: Flow): Next;
  /** Takes an answer; `missed` when it is none. Absent = the step never waits. */
  answer?(run: Run, frame: Frame, step: Spec & { readonly id: string }, said: Said, flow: Flow): Next | 'missed';
}

/** What texts and conditions of a frame may read: its answers, the views, the person, the day. Answers win. */
export function scopeOf(run: Run, frame: Frame): Scope {
  return {
    ...run.input.views,
    me: run.input.member,
    unit: run.input.unit,
    today: dayOf(run.now),
    place: run.input.where,
    ...frame.vars,
  };
}

export function say(
  run: Run,
  frame: Frame,
  text: string,
  options: { title?: string | null; buttons?: readonly ShownButton[]; checklist?: Checklist } = {},
): void {
  if (text.trim() === '') return;
  run.events.push({
    kind: 'say',
    where: frame.where,
    text: text.trim(),
    title: options.title ?? null,
    buttons: options.buttons ?? [],
    ...(options.checklist ? { checklist: options.checklist } : {}),
  });
}

/** Opens a flow on top of the stack. */
export function openFrame(run: Run, flow: Flow, vars: Readonly<Record<string, Json>>, called: boolean): Frame {
  run.frames += 1;
  const frame: Frame = {
    id: run.frames,
    flow: flow.name,
    revision: flow.revision,
    at: 0,
    waiting: false,
    called,
    where: flow.where === 'both' ? run.input.where : 'private',
    vars: { ...vars },
    trail: [],
    misses: 0,
    wakesAt: null,
    expiresAt: run.now + flow.expire,
  };
  run.stack.push(frame);
  return frame;
}

/** Takes the frame off the stack and records why. */
export function endFrame(run: Run, frame: Frame, reason: EndReason): void {
  run.stack.splice(run.stack.indexOf(frame), 1);
  run.events.push({ kind: 'ended', flow: frame.flow, revision: frame.revision, reason });
}

/** The question a frame waits on stays open: until its own wait acts, and for the flow's time to live. */
export function keepOpen(run: Run, frame: Frame, flow: Flow, wait: number | undefined): Next {
  frame.wakesAt = wait === undefined ? null : run.now + wait;
  frame.expiresAt = run.now + flow.expire;
  return { go: 'wait' };
}
