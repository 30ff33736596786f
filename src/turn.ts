// One inbound message: once only, in order per person, in one transaction with all that are waiting. Sends nothing itself.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Exchange, Inbound, Receive, Reply } from './channels/channel.ts';
import type { Change } from './domain/change.ts';
import { Fault } from './domain/fault.ts';
import { accountKey } from './domain/organisation.ts';
import type { Instant } from './domain/time.ts';
import type { Library } from './library/library.ts';
import { all } from './store/all.ts';
import type { FieldCipher } from './store/field-cipher.ts';
import type { FlowArchive } from './store/flow-archive.ts';
import type { DoorList, OutboxRow } from './store/outbox-rows.ts';
import { insertOutbox } from './store/outbox-rows.ts';
import type { EndRow, InboundRow, SessionRow } from './store/unit-of-work.ts';
import { openUnitOfWork, writeTurns } from './store/unit-of-work.ts';
import type { UnitsCache } from './store/units.ts';
import { promptly, writeChanges } from './store/write-changes.ts';
import { answerOne, readSession } from './turn/answer-one.ts';
import { bindByCode, codeSaid } from './turn/bind.ts';
import { makeLanes } from './turn/lanes.ts';
import { pressedBefore } from './turn/pressed.ts';
import { answerStranger, apologise } from './turn/without-flow.ts';

export interface TurnParts {
  readonly pool: pg.Pool;
  readonly library: Library;
  readonly archive: FlowArchive;
  readonly units: UnitsCache;
  readonly doors: DoorList;
  readonly clock: () => Instant;
  readonly log: Logger;
  readonly cipher: FieldCipher;
  /** Where the pages of this installation are reached. */
  readonly address?: string | undefined;
  /** Called after each commit: something may lie in the outbox. */
  readonly onCommitted: () => void;
  /** Told which steps were taken, as `flow:step`; for the coverage of talks. */
  readonly onWalked?: (steps: readonly string[]) => void;
}

/** One message on its way, with what its door can still carry back. */
export interface Pending {
  readonly inbound: Inbound;
  readonly exchange: Exchange | undefined;
}

/** What one message leads to; written together with those of its batch. */
export interface Outcome {
  readonly reply: Reply;
  readonly inbound: InboundRow | null;
  readonly session: SessionRow | null;
  readonly ends: readonly EndRow[];
  readonly changes: readonly Change[];
  readonly outbox: readonly OutboxRow[];
  readonly noticed: string | null;
}

/** Makes the one entrance for everything people say. Messages of one person go through one lane, by the platform's time and id. */
export function makeTurn(parts: TurnParts): Receive {
  const lanes = makeLanes<Pending, Reply>({
    keyOf: ({ inbound }) => `${inbound.channel} ${accountKey(inbound.channel, inbound.account)}`,
    compare: (a, b) =>
      a.inbound.at - b.inbound.at ||
      a.inbound.messageId.length - b.inbound.messageId.length ||
      (a.inbound.messageId < b.inbound.messageId ? -1 : 1),
    work: (batch) => takeTogether(parts, batch),
  });
  return (inbound, exchange) => lanes.add({ inbound, exchange });
}

/** All or none; when the batch fails its messages run one by one, so that a bad one fails alone. */
async function takeTogether(parts: TurnParts, batch: readonly Pending[], tries = 3): Promise<(Reply | Error)[]> {
  try {
    return await unitOfWork(parts, batch);
  } catch (caught) {
    const error = caught as Error;
    const place = placeOf(error);
    if (place !== 'message' && tries > 1) return takeTogether(parts, batch, tries - 1);
    // Nothing is wrong with these messages: the platform repeats them.
    if (place === 'database') return batch.map(() => error);
    if (batch.length === 1) return [place === 'meeting' ? error : await takeBroken(parts, batch[0]!, error)];
    parts.log.warn({ err: error, messages: batch.length }, 'a batch of turns failed; its messages run one by one');
    const replies: (Reply | Error)[] = [];
    for (const pending of batch) replies.push(...(await takeTogether(parts, [pending])));
    return replies;
  }
}

/** Where a unit of work failed: the connection was lost, it met another process (and may go through the next time), or a message is at fault. */
function placeOf(error: Error): 'database' | 'meeting' | 'message' {
  if (error instanceof Fault && error.code === 'database') return 'database';
  const { code, constraint } = error as { code?: string; constraint?: string };
  // A deadlock, a lock that could not be had; a message that another process took while this one was at it.
  const met = ['40P01', '40001', '55P03'].includes(code ?? '') || (code === '23505' && constraint === 'inbound_pkey');
  return met ? 'meeting' : 'message';
}

/** A message that fails alone is kept as taken, so that it is not tried for ever; the person gets one calm sentence. */
async function takeBroken(parts: TurnParts, pending: Pending, cause: Error): Promise<Reply | Error> {
  parts.log.error({ err: cause, channel: pending.inbound.channel, id: pending.inbound.messageId }, 'a turn failed');
  try {
    const [reply] = await unitOfWork(parts, [pending], apologise(cause));
    return reply!;
  } catch (error) {
    return error as Error;
  }
}

async function unitOfWork(
  parts: TurnParts,
  batch: readonly Pending[],
  answer: typeof answerOne = answerOne,
): Promise<Reply[]> {
  const now = parts.clock();
  const client = await parts.pool.connect().catch((cause: unknown) => {
    throw lost(cause);
  });
  let isLost = false;
  try {
    const opened = await openUnitOfWork(
      client,
      batch.map(({ inbound }) => inbound),
    );
    const units = await parts.units.at(opened.unitsVersion, client);
    const senders = batch.map(({ inbound }) =>
      opened.members.get(`${inbound.channel} ${accountKey(inbound.channel, inbound.account)}`),
    );
    const known = senders.filter((member) => member !== undefined);
    if (new Set(known.map(({ id }) => id)).size < known.length)
      throw new Error('one person speaks in two doors at once');
    // All at once: what their flows want to know goes to the database in one go, not one person after another (measured: a third of the throughput).
    const outcomes = await all(
      batch.map(async (pending, index) => {
        const { inbound } = pending;
        const repeat = opened.repeats.get(`${inbound.channel} ${inbound.messageId}`);
        const member = senders[index];
        if (repeat)
          return asBefore(repeat, pressedBefore(readSession(member && opened.sessions.get(member.id)), inbound));
        const code = codeSaid(inbound, member !== undefined);
        if (code !== undefined) return bindByCode(parts, { client, units, now, inbound, sender: member, code });
        if (!member) return answerStranger(parts, inbound);
        return answer(parts, { client, units, now, pending, member, session: opened.sessions.get(member.id) });
      }),
    );
    const late = batch.map(({ exchange }) => exchange !== undefined && parts.clock() >= exchange.answerBy);
    const rows = outcomes.flatMap((outcome, index) =>
      late[index] ? sayLater(outcome, batch[index]!, now) : outcome.outbox,
    );
    const writes = writeTurns(
      client,
      {
        inbound: outcomes.flatMap(({ inbound }, index) =>
          inbound ? [late[index] ? { ...inbound, reply: [] } : inbound] : [],
        ),
        sessions: outcomes.flatMap(({ session }) => (session ? [session] : [])),
        ends: outcomes.flatMap(({ ends }) => ends),
        noticed: outcomes.flatMap(({ noticed }) => (noticed ? [noticed] : [])),
      },
      now,
    );
    const changes = outcomes.flatMap((outcome) => outcome.changes);
    if (changes.length > 0)
      writes.push(
        writeChanges(client, changes, {
          now,
          doors: parts.doors,
          units,
          awaited: parts.library.awaited,
          cipher: parts.cipher,
        }),
      );
    if (rows.length > 0) writes.push(insertOutbox(client, rows, now));
    // A commit behind a statement that failed rolls back, so it may travel with them.
    const together = rows.length === 0 && promptly(changes);
    if (together) writes.push(client.query('commit'));
    await Promise.all(writes);
    if (!together) await client.query('commit');
    if (rows.length > 0 || changes.length > 0) parts.onCommitted();
    return outcomes.map(({ reply }, index) => (late[index] ? { ...reply, drafts: [] } : reply));
  } catch (error) {
    await client.query('rollback').catch(() => {
      isLost = true;
    });
    throw isLost ? lost(error) : error;
  } finally {
    client.release(isLost);
  }
}

/** A repeat gets the stored reply and changes nothing. */
function asBefore(drafts: Reply['drafts'], pressed: Reply['pressed']): Outcome {
  const reply = { drafts, ...(pressed ? { pressed } : {}) };
  return { reply, inbound: null, session: null, ends: [], changes: [], outbox: [], noticed: null };
}

/** Nobody listens any more in the exchange: what would have been answered there goes through the outbox too. */
function sayLater(
  { reply, outbox, inbound }: Outcome,
  { inbound: { channel, account, place } }: Pending,
  now: Instant,
): OutboxRow[] {
  if (!inbound) return [...outbox];
  const to =
    place.kind === 'group'
      ? { members: [], accounts: [], group: place.group }
      : { members: inbound.member ? [inbound.member] : [], accounts: [accountKey(channel, account)], group: null };
  const rows = reply.drafts.map((draft) => ({
    channel,
    kind: 'reply' as const,
    unit: null,
    ...to,
    draft,
    dueAt: now,
    expiresAt: null,
    duty: null,
    record: null,
  }));
  return [...rows, ...outbox];
}

function lost(cause: unknown): Fault {
  return new Fault('database', '数据库连接断了，这条消息还没有办；恢复后会再办', { cause });
}
