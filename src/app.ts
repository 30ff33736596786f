// Puts the parts together: database, library, doors, turn, jobs. Knows how they fit, and nothing else.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Channel, Inbound, Receive } from './channels/channel.ts';
import type { Instant } from './domain/time.ts';
import { type UploadLimits, usualLimits } from './domain/upload.ts';
import { directDispatcher } from './jobs/direct-dispatcher.ts';
import { type Dispatcher, type DispatcherParts, together } from './jobs/dispatcher.ts';
import { outboxLines } from './jobs/outbox.ts';
import type { JobParts } from './jobs/parts.ts';
import { takeWaiting } from './jobs/take-waiting.ts';
import { taskHandlers } from './jobs/task-handlers.ts';
import { taskLine } from './jobs/tasks.ts';
import { wakeSessions } from './jobs/timers.ts';
import { nextRing, ring } from './jobs/timetable.ts';
import type { Library } from './library/library.ts';
import { noteCardChange } from './store/card-changes.ts';
import { fieldCipher } from './store/field-cipher.ts';
import { makeFlowArchive } from './store/flow-archive.ts';
import { type InboundWaiting, inboundWaiting } from './store/inbound-waiting.ts';
import { giveBotAccounts, giveLocalAccounts } from './store/organisation.ts';
import { sayLater } from './store/say-later.ts';
import { nextSessionAt } from './store/sessions.ts';
import type { UnitsCache } from './store/units.ts';
import { makeUnitsCache } from './store/units.ts';
import { giveUpWait, wakeMember } from './turn/wake.ts';
import { makeTurn } from './turn.ts';

export interface AppParts {
  readonly pool: pg.Pool;
  readonly library: Library;
  /** Open doors, best first. */
  readonly channels: readonly Channel[];
  readonly clock: () => Instant;
  readonly log: Logger;
  /** Most bytes of what is sent in; absent = the usual ones. */
  readonly uploadLimits?: UploadLimits;
  /** The dispatcher to use; default direct. */
  readonly dispatcher?: (parts: DispatcherParts) => Dispatcher;
  /** Where the pages of this installation are reached, without a slash at the end; absent where nobody has said. */
  readonly address?: string | undefined;
  /** `FIELD_KEY`; absent = texts are stored as they are. */
  readonly fieldKey?: string | undefined;
  readonly onWalked?: (steps: readonly string[]) => void;
}

export interface App {
  readonly pool: pg.Pool;
  readonly library: Library;
  readonly units: UnitsCache;
  readonly jobs: JobParts;
  readonly dispatcher: Dispatcher;
  /** The part of it that sends through doors only one process at a time holds: it runs wherever such a door is opened, also where no other jobs run. */
  readonly ownDoors: Dispatcher;
  readonly clock: () => Instant;
  readonly receive: Receive;
  /** Messages that a door acknowledges before their turn is done; `tick` takes what is left of them. */
  readonly waiting: InboundWaiting<Inbound>;
  /** Runs the schedules and waits that are due now; called every minute by node-cron, or by simulated time. */
  tick(): Promise<void>;
  /** The next instant after `after` at which anything falls due; undefined = nothing within two days. */
  nextDue(after: Instant): Promise<Instant | undefined>;
}

/** In these doors the account of a member is the member's id. */
const localDoors = ['simulator', 'terminal'];

/** Assembles the application on an open, migrated database. Starts nothing. */
export async function makeApp(parts: AppParts): Promise<App> {
  const { pool, library, clock, log } = parts;
  const units = makeUnitsCache();
  const archive = makeFlowArchive([...library.flows.newest.values()]);
  await archive.keep(pool, clock());
  const channels = new Map(parts.channels.map((channel) => [channel.name as string, channel]));
  const cipher = fieldCipher(parts.fieldKey);
  const doors = {
    doors: parts.channels.map(({ name, batch, groups, answersOnly = false }) => ({ name, batch, groups, answersOnly })),
  };
  const jobs: JobParts = { pool, library, units, doors, channels, clock, log, cipher };
  const context = { ...jobs, uploadLimits: parts.uploadLimits ?? usualLimits };
  const lines = [
    ...outboxLines({ pool, channels, clock, log }),
    taskLine({ pool, handlers: taskHandlers, context, clock, log }),
  ];
  const ownLines = outboxLines({ pool, channels, clock, log }, 'own');
  const ownDoors = directDispatcher({ lines: ownLines, clock, log });
  const dispatcher = together((parts.dispatcher ?? directDispatcher)({ lines, clock, log }), ownDoors);
  const turn = {
    pool,
    library,
    archive,
    units,
    doors,
    clock,
    log,
    cipher,
    address: parts.address,
    onCommitted: () => dispatcher.kick(),
    ...(parts.onWalked ? { onWalked: parts.onWalked } : {}),
  };

  const receive = makeTurn(turn);
  const waiting = inboundWaiting<Inbound>(pool, randomUUID(), clock, cipher);

  async function tick(): Promise<void> {
    for (const door of localDoors) if (channels.has(door)) await giveLocalAccounts(pool, door);
    if (channels.has('wecom-bot')) await giveBotAccounts(pool);
    await ring(jobs);
    await wakeSessions(jobs, {
      wake: (client, member) => wakeMember(turn, client, member),
      giveUp: (client, member) => giveUpWait(turn, client, member),
    });
    await takeWaiting({
      waiting,
      receive,
      later: (inbound, drafts) => sayLater(pool, inbound, drafts, clock()),
      changeCard: async (inbound, became) => void (await noteCardChange(pool, inbound, became, clock())),
      clock,
      log,
    });
    dispatcher.kick();
  }

  async function nextDue(after: Instant): Promise<Instant | undefined> {
    const soonest = [
      await nextRing(jobs, after),
      await nextSessionAt(pool),
      ...(await Promise.all([...lines, ...ownLines].map((line) => line.nextAt()))),
    ];
    const times = soonest.filter((at): at is Instant => typeof at === 'number');
    return times.length === 0 ? undefined : Math.max(after, Math.min(...times));
  }

  return { pool, library, units, jobs, dispatcher, ownDoors, clock, receive, waiting, tick, nextDue };
}
