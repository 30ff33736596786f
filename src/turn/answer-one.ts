// One message of a known member: what it means, what must be known, the engine's step, and what follows from its events. Writes nothing.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Inbound } from '../channels/channel.ts';
import { holdsFile } from '../dialogue/answers/sent-file.ts';
import { readButton } from '../dialogue/buttons.ts';
import { step } from '../dialogue/engine.ts';
import type { Flows } from '../dialogue/flow.ts';
import type { Meaning } from '../dialogue/meaning.ts';
import { meaningOf } from '../dialogue/meaning.ts';
import type { Event, Input, Said, Session } from '../dialogue/session.ts';
import { emptySession, expiresAt, sessionState, wakesAt } from '../dialogue/session.ts';
import type { Change } from '../domain/change.ts';
import { effects } from '../domain/effects/index.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import { mayPush, nextPushTime } from '../domain/quiet.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf } from '../domain/time.ts';
import { privateWay } from '../store/private-way.ts';
import type { Units } from '../store/units.ts';
import { loadViews } from '../store/views/index.ts';
import type { Outcome, Pending, TurnParts } from '../turn.ts';
import { becameOf, pressedAgain, pressedBefore, withPress } from './pressed.ts';
import { goesOnElsewhere, inGroupOnly, replyTo } from './reply.ts';
import { wordsOf } from './without-flow.ts';

export interface Asked {
  readonly client: pg.PoolClient;
  readonly units: Units;
  readonly now: Instant;
  readonly pending: Pending;
  readonly member: Member;
  /** Stored JSON of the open conversations; undefined = none. */
  readonly session: unknown;
}

export async function answerOne(parts: TurnParts, asked: Asked): Promise<Outcome> {
  const { inbound } = asked.pending;
  const before = readSession(asked.session);
  const became = pressedBefore(before, inbound);
  if (became) return pressedAgain(inbound, asked.member.id, became);
  const said = saidIn(inbound, asked.now);
  const result = await takeStep(parts, asked, before, said, inbound.place.kind);
  const isSplit = inbound.place.kind === 'group' && goesOnElsewhere(result, inbound);
  const way = isSplit ? await privateWay(asked.client, asked.member.id, inbound, parts.doors, asked.now) : inbound;
  const words = (flow: string) => wordsOf(parts.library, flow, {}, parts.onWalked);
  const spoken = way ? result : inGroupOnly(result, words('in-private'), words('write-first'));
  const { reply, outbox } = replyTo(spoken, asked, inbound, way);
  const pressed = becameOf(inbound, result);
  return {
    reply: { ...reply, ...(pressed ? { pressed } : {}) },
    outbox,
    inbound: {
      channel: inbound.channel,
      messageId: inbound.messageId,
      member: asked.member.id,
      saidAt: inbound.at,
      intent: result.intent,
      reply: reply.drafts,
    },
    session: sessionRow(asked.member.id, before, withPress(result.session, inbound, pressed)),
    ends: result.ends,
    changes: result.changes,
    noticed: way ? result.noticed : null,
  };
}

function doorNames({ doors }: TurnParts): string[] {
  return doors.doors.map(({ name }) => name);
}

export interface TakenStep {
  readonly session: Session;
  /** The first-contact notice; empty for all who had it. */
  readonly greeting: readonly Event[];
  readonly events: readonly Event[];
  readonly changes: readonly Change[];
  readonly ends: Outcome['ends'];
  readonly noticed: string | null;
  readonly intent: string | null;
}

/** Loads what the flows concerned need, steps, and turns the events into changes. Also used for waits that run out. */
export async function takeStep(
  parts: TurnParts,
  { client, units, now, member, pending }: Omit<Asked, 'session' | 'pending'> & { pending?: Pending },
  before: Session,
  said: Said,
  where: 'private' | 'group',
): Promise<TakenStep> {
  const { library } = parts;
  const unit = units.branchOf(member.unit);
  const flows = await parts.archive.flowsFor(before, client);
  const meaning = meaningOf(library.vocabulary, flows, before, said, { member, where, now });
  const needs = neededBy(flows, before, meaning);
  const views =
    needs.length === 0
      ? {}
      : await loadViews(needs, {
          client,
          library,
          units,
          unit,
          member,
          now,
          channels: doorNames(parts),
          cipher: parts.cipher,
          address: parts.address,
        });
  const input: Input = { said, where, member, unit, views };
  const greeting: Event[] = [];
  const firstContact = member.noticedAt === null && said.kind !== 'timer';
  if (firstContact) {
    const start: Meaning = { kind: 'start', flow: 'first-contact', answers: {}, rest: '' };
    const greeted = step(flows, emptySession, { ...input, where: 'private' }, start, now);
    parts.onWalked?.(greeted.walked);
    greeting.push(...greeted.events);
  }
  const result = step(flows, before, input, meaning, now);
  parts.onWalked?.(result.walked);
  const events = [...greeting, ...result.events];
  const pushAt = () =>
    mayPush(now, library.calendar, { morningOfEvent: false })
      ? now
      : nextPushTime(now, units.settings(unit.id).push_time, library.calendar);
  const key = pending ? `${pending.inbound.channel}-${pending.inbound.messageId}` : `${member.id}-${now}`;
  return {
    session: result.session,
    greeting,
    events: result.events,
    changes: events.flatMap((event, index) =>
      changesOf(event, { member, unit, views, now, pushAt, key: `${key}-${index}`, inbound: pending?.inbound }),
    ),
    ends: events.flatMap((event) => (event.kind === 'ended' ? [{ member: member.id, ...event }] : [])),
    noticed: firstContact ? member.id : null,
    intent: meaning.kind === 'start' ? meaning.flow : (before.stack.at(-1)?.flow ?? null),
  };
}

/** Views of all flows that may run: the one that starts and those that are open, as the revisions they began on say. */
function neededBy(flows: Flows, session: Session, meaning: Meaning): string[] {
  const open = session.stack.map((frame) => ({ frame, flow: flows.revision(frame.flow, frame.revision) }));
  const starting = meaning.kind === 'start' ? (flows.newest.get(meaning.flow)?.needs ?? []) : [];
  const waiting = open.flatMap(({ frame, flow }) => {
    const step = flow?.steps[frame.at];
    return step && 'needs' in step ? step.needs : [];
  });
  // Whether a file an answer holds is there yet is asked again at every step.
  const files = session.stack.some(holdsFile) ? ['uploads'] : [];
  return [...new Set([...open.flatMap(({ flow }) => flow?.needs ?? []), ...starting, ...waiting, ...files])];
}

function changesOf(
  event: Event,
  context: {
    member: Member;
    unit: Unit;
    views: Readonly<Record<string, unknown>>;
    now: Instant;
    /** When somebody else may be told something: now, or when the quiet hours are over. */
    pushAt: () => Instant;
    key: string;
    /** Absent when a wait ran out. */
    inbound: Inbound | undefined;
  },
): readonly Change[] {
  if (event.kind === 'hand-over') {
    const secretaries = (context.views.secretaries as readonly string[] | undefined) ?? [];
    const message = { change: 'message' as const, kind: 'notice' as const, draft: { text: event.tell } };
    return secretaries.length === 0 ? [] : [{ ...message, to: { members: secretaries }, dueAt: context.pushAt() }];
  }
  if (event.kind === 'took-file')
    return context.inbound ? fetched(event, context.inbound, context.member, context.now) : [];
  if (event.kind !== 'save') return [];
  return effects[event.effect]!({
    ...context,
    pushAt: context.pushAt(),
    values: event.values,
    today: dayOf(context.now),
  });
}

/** What the person did, as the engine takes it. Text typed for a button's label means the same as the button. */
function saidIn(inbound: Inbound, now: Instant): Said {
  const { content } = inbound;
  switch (content.kind) {
    case 'text':
      return { kind: 'text', text: content.text };
    case 'tap':
      return readButton(content.data, now);
    case 'upload': {
      const { media, says, name = null } = content;
      // A platform that gives no sound gives words: they are all there is.
      if (content.ref === '' && says) return { kind: 'text', text: says };
      const ref = content.ref === '' ? '' : fileId(inbound);
      return { kind: 'upload', media, ref, name, ...(says ? { says } : {}) };
    }
    case 'enter':
      return { kind: 'enter' };
    case 'other':
      return { kind: 'start', flow: 'upload', with: { media: content.type } };
  }
}

/** The id of what a message brought: the same for every delivery of it, and nobody's to guess. */
function fileId({ channel, messageId, content }: Inbound): string {
  const ref = content.kind === 'upload' ? content.ref : '';
  return `in-${createHash('sha256')
    .update(JSON.stringify([channel, messageId, ref]))
    .digest('base64url')
    .slice(0, 24)}`;
}

/** What a question took is noted with the way to its bytes, and fetched at once. */
function fetched(
  { ref, takes }: Event & { readonly kind: 'took-file' },
  inbound: Inbound,
  member: Member,
  now: Instant,
): Change[] {
  if (inbound.content.kind !== 'upload') return [];
  const { media, ref: source, name = null } = inbound.content;
  const upload = { id: ref, member: member.id, channel: inbound.channel, ref: source, media, name, takes, sentAt: now };
  return [
    { change: 'upload', upload },
    { change: 'task', kind: 'fetch', key: `fetch/${ref}`, body: { upload: ref } },
  ];
}

/** Stored state that no longer fits is given up rather than guessed at. */
export function readSession(stored: unknown): Session {
  const parsed = sessionState.safeParse(stored);
  return parsed.success ? parsed.data : emptySession;
}

/** The row to write; null when nothing was open before and nothing is now. */
export function sessionRow(member: string, before: Session, after: Session): Outcome['session'] {
  const isEmpty = ({ stack, pressed }: Session) => stack.length === 0 && !pressed;
  if (isEmpty(before) && isEmpty(after)) return null;
  return { member, state: after, wakesAt: wakesAt(after), expiresAt: expiresAt(after) };
}
