// The conversation engine: one input, one step. No clock, no random, no input or output; JSON in, JSON and events out.

import type { Instant } from '../domain/time.ts';
import { dayOf } from '../domain/time.ts';
import { sayWhatWasHeard } from './echo.ts';
import type { Flow, Flows } from './flow.ts';
import { indexOf } from './flow.ts';
import type { Meaning } from './meaning.ts';
import { answersInLine } from './one-line.ts';
import type { Next, Run } from './run.ts';
import { endFrame, onward, openFrame, scopeOf } from './run.ts';
import type { Frame, Input, Said, Session, StepResult } from './session.ts';
import { replaceFile } from './steps/ask.ts';
import type { Step } from './steps/index.ts';
import { stepKinds } from './steps/index.ts';

/** A conversation that makes this many steps without waiting is going round in circles. */
const mostSteps = 200;

/** Takes one input whose meaning is already known (see `meaningOf`) and goes on until every open conversation waits or ends. */
export function step(flows: Flows, session: Session, input: Input, meaning: Meaning, now: Instant): StepResult {
  const run: Run = {
    flows,
    input,
    now,
    stack: session.stack.map((open) => ({ ...open, vars: { ...open.vars }, trail: [...open.trail] })),
    events: [],
    walked: [],
    frames: session.frames,
  };
  dropExpired(run);
  take(run, meaning);
  goOn(run);
  if (meaning.kind === 'start' && input.said.kind !== 'start') sayWhatWasHeard(run, meaning);
  return { session: { stack: run.stack, frames: run.frames }, events: run.events, walked: run.walked };
}

function take(run: Run, meaning: Meaning): void {
  const top = run.stack.at(-1);
  switch (meaning.kind) {
    case 'start':
      start(run, meaning);
      break;
    case 'answer':
      if (top) answer(run, top, meaning.said);
      break;
    case 'timer':
      wakeUp(run);
      break;
    case 'nothing':
      break;
  }
}

function start(run: Run, meaning: Meaning & { kind: 'start' }): void {
  const flow = run.flows.newest.get(meaning.flow);
  if (!flow) return;
  // A light question is over as soon as something else is meant.
  for (const frame of [...run.stack].reverse()) {
    if (!frame.waiting || !run.flows.revision(frame.flow, frame.revision)?.light) break;
    endFrame(run, frame, 'replaced');
  }
  // The same conversation begun again replaces the one that waits: nobody wants to finish two of them.
  const open = run.stack.find((frame) => frame.flow === flow.name && frame.waiting);
  if (open) for (const frame of run.stack.slice(run.stack.indexOf(open))) endFrame(run, frame, 'replaced');
  if (run.input.where === 'group' && flow.where === 'private') sayInGroup(run);
  const frame = openFrame(run, flow, meaning.answers, false);
  if (meaning.rest === '') return;
  if (flow.start.line) {
    frame.vars = { ...answersInLine(flow, meaning.rest, dayOf(run.now)), ...frame.vars };
    return;
  }
  goOn(run);
  if (run.stack.at(-1) !== frame || !frame.waiting) return;
  // What stands behind the starting word may be the first answer; if it is none, the question stands as it is.
  const { step } = standing(run, frame);
  const question = run.events.findLastIndex((event) => event.kind === 'say');
  const next = step ? answerWith(run, frame, flow, step, { kind: 'text', text: meaning.rest }) : 'missed';
  if (next === 'missed') return;
  run.events.splice(question, 1);
  accept(run, frame, flow, step!, next);
}

/** In a group the person is told that the matter goes on in private; no name, no matter. */
function sayInGroup(run: Run): void {
  const flow = run.flows.newest.get('in-private');
  const [first] = flow?.steps ?? [];
  if (first?.kind !== 'say') return;
  run.walked.push(`in-private:${first.id}`);
  const frame = { where: 'group', vars: {} } as unknown as Frame;
  stepKinds.say.enter(run, frame, first, flow!);
}

/** Gives the waiting frame an answer. Not understood: asked again, and after the last try the way out. */
function answer(run: Run, frame: Frame, said: Said): void {
  const { flow, step } = standing(run, frame);
  if (!flow || !step) {
    endFrame(run, frame, 'flow-gone');
    return;
  }
  const next = answerWith(run, frame, flow, step, said);
  if (next !== 'missed') accept(run, frame, flow, step, next);
  // What was asked to be sent once more may come while another question waits: that one is put again.
  else if (said.kind === 'upload' && replaceFile(run, frame, flow, said)) frame.waiting = false;
  else miss(run, frame, flow, step);
}

function answerWith(run: Run, frame: Frame, flow: Flow, step: Step, said: Said): Next | 'missed' {
  const kind = stepKinds[step.kind] as (typeof stepKinds)['ask'];
  return kind.answer?.(run, frame, step as never, said, flow) ?? 'missed';
}

function accept(run: Run, frame: Frame, flow: Flow, step: Step, next: Next): void {
  frame.waiting = next.go === 'wait';
  if (next.go !== 'wait') {
    frame.misses = 0;
    frame.wakesAt = null;
    if (step.kind !== 'confirm') frame.trail.push(frame.at);
  }
  follow(run, frame, flow, next);
}

function miss(run: Run, frame: Frame, flow: Flow, step: Step): void {
  frame.misses += 1;
  if (!('tries' in step)) return;
  if (frame.misses >= step.tries) {
    endFrame(run, frame, 'gave-up');
    openNamed(run, 'gave-up', { title: flow.title });
    return;
  }
  if ('again' in step && step.again) {
    const kind = { kind: 'say' as const, say: step.again };
    stepKinds.say.enter(run, frame, { ...kind, id: step.id, when: undefined } as never, flow);
    frame.expiresAt = run.now + flow.expire;
    return;
  }
  const again = run.flows.newest.get('again')?.steps[0];
  if (again?.kind === 'say') {
    run.walked.push(`again:${again.id}`);
    stepKinds.say.enter(run, frame, again, flow);
  }
  frame.waiting = false;
}

/** Runs what stands on top until it waits; what ends gives way to what lies below. */
function goOn(run: Run): void {
  for (let steps = 0; ; steps += 1) {
    const frame = run.stack.at(-1);
    if (!frame || frame.waiting) return;
    if (steps > mostSteps) throw new Error(`flow ${frame.flow} does not come to an end`);
    const { flow, step } = standing(run, frame);
    if (!flow) {
      endFrame(run, frame, 'flow-gone');
      continue;
    }
    if (!step) {
      finish(run, frame, 'done');
      continue;
    }
    const next = step.when && !step.when.holds(scopeOf(run, frame)) ? onward : enter(run, frame, step, flow);
    follow(run, frame, flow, next);
  }
}

function enter(run: Run, frame: Frame, step: Step, flow: Flow): Next {
  run.walked.push(`${flow.name}:${step.id}`);
  const next = (stepKinds[step.kind] as (typeof stepKinds)['say']).enter(run, frame, step as never, flow);
  if (next.go === 'wait' && frame.where === 'group') movePrivate(run, frame);
  return next;
}

/** A question is never put to one person in a group: what was just asked is said in private instead. */
function movePrivate(run: Run, frame: Frame): void {
  frame.where = 'private';
  const last = run.events.at(-1);
  if (last?.kind === 'say') run.events[run.events.length - 1] = { ...last, where: 'private' };
  sayInGroup(run);
}

function follow(run: Run, frame: Frame, flow: Flow, next: Next): void {
  switch (next.go) {
    case 'on':
      frame.at += 1;
      return;
    case 'to': {
      const at = indexOf(flow, next.step);
      frame.at = at === -1 ? flow.steps.length : at;
      return;
    }
    case 'wait':
      frame.waiting = true;
      return;
    case 'end':
      finish(run, frame, next.reason);
      return;
    case 'call': {
      frame.at += 1;
      const called = run.flows.newest.get(next.flow);
      if (called) openFrame(run, called, next.with, true);
      return;
    }
  }
}

/** Ends a frame. A caller gets its answers; an interrupted conversation below is taken up again with its question. */
function finish(
  run: Run,
  frame: Frame,
  reason: 'done' | 'handed-over' | 'timed-out' | Parameters<typeof endFrame>[2],
): void {
  endFrame(run, frame, reason);
  const below = run.stack.at(-1);
  if (!below) return;
  if (frame.called) Object.assign(below.vars, frame.vars);
  else if (below.waiting) resume(run, below);
}

function resume(run: Run, below: Frame): void {
  // What was said in the group does not stir up what is open in private.
  if (run.input.where === 'group' || run.input.said.kind === 'timer') return;
  const flow = run.flows.revision(below.flow, below.revision);
  below.waiting = false;
  if (flow) openNamed(run, 'resume', { title: flow.title });
}

/** A wait ran out: the frame acts as its flow says. */
function wakeUp(run: Run): void {
  for (const frame of [...run.stack].reverse()) {
    if (frame.wakesAt === null || frame.wakesAt > run.now) continue;
    frame.wakesAt = null;
    const { flow, step } = standing(run, frame);
    const target = step && 'wait' in step ? step.wait?.go : undefined;
    if (!flow || target === undefined || target === 'end') {
      endFrame(run, frame, 'timed-out');
      continue;
    }
    frame.waiting = false;
    follow(run, frame, flow, { go: 'to', step: target });
  }
}

/** Conversations nobody went on with are over, quietly. */
function dropExpired(run: Run): void {
  for (const frame of [...run.stack]) if (frame.expiresAt <= run.now) endFrame(run, frame, 'expired');
  // A flow that was called cannot stand without its caller's question below it, but it may end on its own.
  for (const frame of run.stack) if (frame.called && run.stack.indexOf(frame) === 0) frame.called = false;
}

function openNamed(run: Run, name: string, vars: Record<string, string>): void {
  const flow = run.flows.newest.get(name);
  if (flow) openFrame(run, flow, vars, false);
}

function standing(run: Run, frame: Frame): { flow: Flow | undefined; step: Step | undefined } {
  const flow = run.flows.revision(frame.flow, frame.revision);
  return { flow, step: flow?.steps[frame.at] };
}
