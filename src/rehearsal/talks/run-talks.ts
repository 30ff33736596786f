// Runs many talks: one throw-away server, one organisation template for each file, one copy for each talk; counts the steps walked.

import path from 'node:path';
import type { Flow } from '../../dialogue/flow.ts';
import type { Library } from '../../library/library.ts';
import { home, loadLibrary } from '../../library/library.ts';
import { registerFlows, sharedRegisterSteps } from '../../library/registers.ts';
import type { Database } from '../../store/database.ts';
import { cloneDatabase, openThrowaway } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { migrations } from '../../store/migrations/index.ts';
import { viewNames } from '../../store/views/index.ts';
import { fillOrganisation } from '../organisation.ts';
import type { TalkResult } from './run-talk.ts';
import { runTalk } from './run-talk.ts';
import type { Talk, TalkDoor } from './talk.ts';

export interface TalksReport {
  readonly results: readonly TalkResult[];
  /** Steps of shipped flows that no talk of this run walked, as `flow:step`. */
  readonly unwalked: readonly string[];
  readonly steps: number;
}

/** The organisation of talks that name none. */
const smallOrganisation = path.join(home, 'test/fixtures/orgs/small.yaml');

/** Each talk through the door it names, else through each of `doors` it makes sense in. */
export async function runTalks(
  talks: readonly Talk[],
  doors: readonly TalkDoor[],
  onResult: (result: TalkResult) => void = () => {},
  packs?: string,
): Promise<TalksReport> {
  const library = loadLibrary(viewNames, { sample: true, packs });
  const empty = await openThrowaway();
  const templates = new Map<string, Database>();
  const walked = new Set<string>();
  const results: TalkResult[] = [];
  try {
    await migrate(empty, migrations);
    for (const file of new Set(talks.map(organisationOf)))
      templates.set(file, await templateOf(empty, file, templates.size));
    const runs = talks.flatMap((talk) => doorsOf(talk, doors).map((door) => ({ talk, door })));
    await sideBySide(runs, async ({ talk, door }, place) => {
      const template = templates.get(organisationOf(talk))!;
      const onWalked = (steps: readonly string[]) => {
        for (const step of steps) walked.add(step);
      };
      const result = await runTalk(talk, door, { template, library, onWalked });
      results[place] = result;
      onResult(result);
    });
  } finally {
    for (const template of templates.values()) await template.close();
    await empty.close();
  }
  const all = allSteps(library);
  const shared = sharedSteps(library);
  const anywhere = new Set([...walked].filter((step) => shared.has(step)).map(idOf));
  const isWalked = (step: string) => walked.has(step) || (shared.has(step) && anywhere.has(idOf(step)));
  return { results, unwalked: all.filter((step) => !isWalked(step)), steps: all.length };
}

/** How many talks run at a time: most of a run is waiting for the database. */
const atOnce = 3;

/** Does the work for all items, some of them side by side. */
async function sideBySide<T>(items: readonly T[], work: (item: T, place: number) => Promise<void>): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    for (let place = next++; place < items.length; place = next++) await work(items[place]!, place);
  }
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Steps that the conversations of all registers have alike, as `flow:step`. */
function sharedSteps({ registers }: Library): Set<string> {
  return new Set(
    registerFlows(registers.values()).flatMap(({ name, steps }) =>
      steps.flatMap(({ id }) => (sharedRegisterSteps.includes(id) ? [`${name}:${id}`] : [])),
    ),
  );
}

function idOf(step: string): string {
  return step.slice(step.indexOf(':') + 1);
}

function organisationOf({ org }: Talk): string {
  return org ?? smallOrganisation;
}

function doorsOf({ door, doors }: Talk, asked: readonly TalkDoor[]): readonly TalkDoor[] {
  if (door !== null) return [door];
  // People meet the app through `webhook` too: what says nothing of groups it need not show again.
  return asked.filter((one) => (doors === null ? asked.length === 1 || one !== 'webhook' : doors.includes(one)));
}

async function templateOf(empty: Database, org: string, number: number): Promise<Database> {
  const db = await cloneDatabase(empty, `org_${process.pid}_${number}`);
  await fillOrganisation(db.pool, org);
  return db;
}

/**
 * What no talk can reach: `broken` is said only when the program itself fails, `room-lost` when WeChat puts us out of a room, `bind-in-wechat` where
 * WeCom and WeChat are both open and a talk goes through one of them.
 */
const unreachable = ['broken', 'room-lost', 'bind-in-wechat'];

function allSteps({ flows }: Library): string[] {
  const reachable = [...flows.newest.values()].filter(({ name }) => !unreachable.includes(name));
  return reachable.flatMap((flow: Flow) => flow.steps.map((step) => `${flow.name}:${step.id}`));
}
