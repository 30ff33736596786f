// Runs one talk in a world of its own and says at which line it went another way.

import type { Content } from '../../channels/channel.ts';
import type { Library } from '../../library/library.ts';
import type { Database } from '../../store/database.ts';
import { cloneDatabase } from '../../store/database.ts';
import type { OpenDoor } from '../doors.ts';
import { simulatorDoor, terminalDoor } from '../doors.ts';
import { wecomAppDoor } from '../wecom-app-door.ts';
import { wecomBotDoor } from '../wecom-bot-door.ts';
import type { World } from '../world.ts';
import { openWorld } from '../world.ts';
import { expectStep } from './expect.ts';
import type { Talk, TalkDoor, TalkStep } from './talk.ts';

export interface TalkResult {
  readonly talk: Talk;
  readonly passed: boolean;
  /** Where and how it failed. */
  readonly failure?: { readonly line: number; readonly expected: string; readonly came: string };
}

export interface TalkParts {
  /** A database that holds the talk's organisation, to be copied. */
  readonly template: Database;
  readonly library: Library;
  readonly onWalked: (steps: readonly string[]) => void;
}

let count = 0;

const doors: Partial<Record<TalkDoor, OpenDoor>> = {
  simulator: simulatorDoor,
  terminal: terminalDoor,
  'wecom-app': wecomAppDoor,
  'wecom-bot': wecomBotDoor,
};

export async function runTalk(talk: Talk, { template, library, onWalked }: TalkParts): Promise<TalkResult> {
  const openDoor = doors[talk.door];
  if (!openDoor) return failed(talk, talk.line, `门“${talk.door}”`, '这个版本还没有这扇门');
  count += 1;
  const db = await cloneDatabase(template, `talk_${process.pid}_${count}`);
  let world: World | undefined;
  try {
    if (talk.fresh.length > 0)
      await db.pool.query('update member set noticed_at = null where id = any($1::text[])', [talk.fresh]);
    world = await openWorld({ db, library: { ...library, sample: talk.released }, at: talk.at, openDoor, onWalked });
    return await walk(talk, world);
  } catch (error) {
    return failed(talk, talk.line, '能走完', `出了错误：${(error as Error).stack ?? String(error)}`);
  } finally {
    await world?.close();
    await db.close();
  }
}

async function walk(talk: Talk, world: World): Promise<TalkResult> {
  let from = 0;
  for (const step of talk.steps) {
    if (isAction(step)) {
      from = world.heard.length;
      const problem = await act(step, world);
      if (problem) return failed(talk, step.line, problem, '没有');
      if (world.faults.length > 0) return failed(talk, step.line, '不出错', world.faults.join(''));
      continue;
    }
    const miss = await expectStep(step, world.heard.slice(from), world.app.pool);
    if (miss) return failed(talk, step.line, miss.expected, miss.came);
  }
  return { talk, passed: true };
}

type Action = Extract<TalkStep, { kind: 'act' | 'tap' | 'now' | 'pass' }>;

function isAction(step: TalkStep): step is Action {
  return ['act', 'tap', 'now', 'pass'].includes(step.kind);
}

/** Does it; a text says what was missing for it. */
async function act(step: Action, world: World): Promise<string | undefined> {
  switch (step.kind) {
    case 'act':
      await world.act(step.member, step.did);
      return undefined;
    case 'now':
      if (step.at < world.now()) return '往后的时间（钟只能往前走）';
      await world.moveTo(step.at);
      return undefined;
    case 'pass':
      await world.moveTo(world.now() + step.length);
      return undefined;
    case 'tap': {
      const shown = step.group === undefined ? step.member : `@${step.group}`;
      const told = [...world.heard].reverse().filter(({ to }) => to === shown);
      const button = told.flatMap(({ draft }) => draft.buttons ?? []).find(({ label }) => label === step.label);
      // Where a door has no buttons their labels stand in the text, and saying one means the same.
      const inText = told.some(({ draft }) => draft.text.includes(step.label));
      if (!button && !inText) return `${step.member} 看得到按钮“${step.label}”`;
      const content: Content = button ? { kind: 'tap', data: button.data } : { kind: 'text', text: step.label };
      await world.act(step.member, { content, ...(step.group === undefined ? {} : { group: step.group }) });
      return undefined;
    }
  }
}

function failed(talk: Talk, line: number, expected: string, came: string): TalkResult {
  return { talk, passed: false, failure: { line, expected, came } };
}
