// A simulated world: the real application on a throw-away database, with a clock that moves only when told and people who hear what they are told.

import { pino } from 'pino';
import type { App } from '../app.ts';
import { makeApp } from '../app.ts';
import type { Draft } from '../domain/message.ts';
import type { Instant } from '../domain/time.ts';
import { raiseDutiesFor } from '../jobs/raise-duties.ts';
import { schedules } from '../jobs/schedules.ts';
import type { Library } from '../library/library.ts';
import type { Database } from '../store/database.ts';
import { claimFiring, finishFiring } from '../store/firings.ts';
import { giveLocalAccounts } from '../store/organisation.ts';
import type { Did, Door, OpenDoor } from './doors.ts';

/** One message as one person, or one group (`@unit`), got it. */
export interface Heard {
  readonly at: Instant;
  readonly to: string;
  readonly channel: string;
  readonly draft: Draft;
  /** Said in the same exchange as what it answers. */
  readonly isAnswer: boolean;
}

export interface World {
  readonly app: App;
  now(): Instant;
  /** What everybody was told since the world began, in order. */
  readonly heard: readonly Heard[];
  /** A member does something; resolves when everything that follows at once has happened. */
  act(member: string, did: Did): Promise<void>;
  /** Several things at the same moment. */
  actAtOnce(acts: readonly { readonly member: string; readonly did: Did }[]): Promise<void>;
  /** The platform delivers the last thing once more; false = this door has no such thing. */
  repeat(): Promise<boolean>;
  /** The application and its side of the door end and begin anew on the same database; false = this door cannot. */
  restart(): Promise<boolean>;
  /** The connection to the platform breaks; false = this door cannot. */
  disconnect(): Promise<boolean>;
  /** The next message that comes in takes so many milliseconds, all of which pass before it is answered. */
  slowDown(length: number): void;
  /** Moves the clock; what falls due on the way happens, in order. */
  moveTo(at: Instant): Promise<void>;
  /** As `moveTo`, but no further than to the next moment at which something falls due. */
  advance(at: Instant): Promise<void>;
  /** What the application logged as an error: a simulated world has no operator, so nobody else would see it. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly db: Database;
  readonly library: Library;
  readonly at: Instant;
  readonly openDoor: OpenDoor;
  readonly onWalked?: (steps: readonly string[]) => void;
}

/** Opens a world on a migrated database that already holds an organisation, with the timetable caught up to `at`. */
export async function openWorld({ db, library, at, openDoor, onWalked }: WorldOptions): Promise<World> {
  let now = at;
  const heard: Heard[] = [];
  const faults: string[] = [];
  const clock = () => now;
  const hear = (to: string, channel: string, draft: Draft, isAnswer = false) =>
    heard.push({ at: now, to, channel, draft, isAnswer });
  let delay = 0;
  const door: Door = await openDoor({ clock, hear, pool: db.pool });
  let app = await start();
  await catchUp(app, at);

  async function start(): Promise<App> {
    const made = await makeApp({
      pool: db.pool,
      library,
      channels: [door.channel, ...(door.toGroups ? [door.toGroups] : [])],
      clock,
      log: pino({ level: 'error' }, { write: (line: string) => void faults.push(line) }),
      ...(onWalked ? { onWalked } : {}),
    });
    await door.connect({
      ...made,
      receive(inbound, exchange) {
        now += delay;
        delay = 0;
        return made.receive(inbound, exchange);
      },
    });
    return made;
  }

  async function settle(): Promise<void> {
    await app.dispatcher.drain();
  }

  async function advance(target: Instant): Promise<void> {
    const due = await app.nextDue(now);
    const next = due === undefined ? Math.max(now, target) : Math.min(Math.max(now, target), due);
    const stuck = next === now;
    now = next;
    await app.tick();
    await settle();
    // What is due now and cannot be done now must not hold the clock.
    if (stuck && now < target) now += 1000;
  }

  async function moveTo(target: Instant): Promise<void> {
    do await advance(target);
    while (now < target);
  }

  async function settled(work: (() => Promise<void>) | undefined): Promise<boolean> {
    await work?.();
    await settle();
    return work !== undefined;
  }

  return {
    get app() {
      return app;
    },
    now: clock,
    heard,
    faults,
    async act(member, did) {
      await (did.aside ? door.overhear?.(member, did) : door.act(member, did));
      await settle();
    },
    async actAtOnce(acts) {
      await Promise.all(acts.map(({ member, did }) => door.act(member, did)));
      await settle();
    },
    repeat: () => settled(door.repeat),
    async restart() {
      await app.dispatcher.stop();
      if (!door.restart) return false;
      await door.restart();
      app = await start();
      await app.tick();
      await settle();
      return true;
    },
    disconnect: () => settled(door.disconnect),
    slowDown(length) {
      delay = length;
    },
    moveTo,
    advance,
    async close() {
      await app.dispatcher.stop();
      await door.close();
    },
  };
}

/** The duties of the running month exist; earlier firings count as done, so that nobody hears of them. */
async function catchUp(app: App, at: Instant): Promise<void> {
  await giveLocalAccounts(app.pool, 'simulator');
  await giveLocalAccounts(app.pool, 'terminal');
  await raiseDutiesFor(app.jobs, at);
  for (const { name } of schedules) {
    await claimFiring(app.pool, name, at, at, at);
    await finishFiring(app.pool, name, at, at);
  }
}
