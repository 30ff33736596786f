// Runs one talk in a world of its own and says at which line it went another way.

import type { Content } from '../../channels/channel.ts';
import { Fault } from '../../domain/fault.ts';
import { ticked } from '../../domain/message.ts';
import type { Library } from '../../library/library.ts';
import type { Database } from '../../store/database.ts';
import { cloneDatabase } from '../../store/database.ts';
import type { Did, OpenDoor } from '../doors.ts';
import { simulatorDoor, terminalDoor } from '../doors.ts';
import { wechatyRehearsalDoor } from '../wechaty-door.ts';
import { webhookDoor, wecomAppDoor } from '../wecom-app-door.ts';
import { wecomBotCallbackDoor, wecomBotDoor } from '../wecom-bot-door.ts';
import type { World } from '../world.ts';
import { openWorld } from '../world.ts';
import { type Expectation, expectStep, toldTo } from './expect.ts';
import { doorNames, type Talk, type TalkDoor, type TalkStep } from './talk.ts';

export interface TalkResult {
  readonly talk: Talk;
  readonly door: TalkDoor;
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
  webhook: webhookDoor,
  'wecom-bot': wecomBotDoor,
  'wecom-bot-callback': wecomBotCallbackDoor,
  wechaty: wechatyRehearsalDoor,
};

/** The doors there are to run talks through. */
export const openDoors = doorNames.filter((name) => doors[name]);

export async function runTalk(
  talk: Talk,
  door: TalkDoor,
  { template, library, onWalked }: TalkParts,
): Promise<TalkResult> {
  const openDoor = doors[door];
  if (!openDoor) return failed(talk, door, talk.line, `门“${door}”`, '这个版本还没有这扇门');
  count += 1;
  const db = await cloneDatabase(template, `talk_${process.pid}_${count}`);
  let world: World | undefined;
  try {
    if (talk.fresh.length > 0)
      await db.pool.query('update member set noticed_at = null where id = any($1::text[])', [talk.fresh]);
    world = await openWorld({ db, library: { ...library, sample: talk.released }, at: talk.at, openDoor, onWalked });
    if (talk.unheard.length > 0)
      await db.pool.query(
        `delete from bot_chat c using account a
          where a.channel = 'wecom-bot' and a.member = any($1::text[]) and c.chat = 'single/' || a.account`,
        [talk.unheard],
      );
    return await walk(talk, door, world);
  } catch (error) {
    // A Fault says what to do; where it was thrown helps nobody.
    const said = error instanceof Fault ? error.message : ((error as Error).stack ?? String(error));
    return failed(talk, door, talk.line, '能走完', `出了错误：${said}`);
  } finally {
    await world?.close();
    await db.close();
  }
}

async function walk(talk: Talk, door: TalkDoor, world: World): Promise<TalkResult> {
  let from = 0;
  for (const step of talk.steps) {
    if (!isAction(step)) {
      const miss = await expectStep(step, world.heard.slice(from), world.app.pool);
      if (miss) return failed(talk, door, step.line, miss.expected, miss.came);
      continue;
    }
    from = world.heard.length;
    const problem = await act(step, world).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'not-allowed') return error.message;
      throw error;
    });
    if (problem) return failed(talk, door, step.line, '办得到', problem);
    if (world.faults.length > 0) return failed(talk, door, step.line, '不出错', world.faults.join(''));
  }
  return { talk, door, passed: true };
}

type Action = Exclude<TalkStep, Expectation>;

function isAction(step: TalkStep): step is Action {
  return !['to', 'silent', 'count', 'fact', 'duty', 'record'].includes(step.kind);
}

/** Does it; a text says why it could not be done. */
async function act(step: Action, world: World): Promise<string | undefined> {
  switch (step.kind) {
    case 'act':
      await world.act(step.member, withCode(step.did, world));
      return undefined;
    case 'at-once':
      await world.actAtOnce(step.acts);
      return undefined;
    case 'now':
      if (step.at < world.now()) return '钟只能往前走';
      await world.moveTo(step.at);
      return undefined;
    case 'pass':
      await world.moveTo(world.now() + step.length);
      return undefined;
    case 'slow':
      world.slowDown(step.length);
      return undefined;
    case 'restart':
      return (await world.restart()) ? undefined : '这扇门不会重新打开';
    case 'repeat':
      return (await world.repeat()) ? undefined : '这扇门不会重送';
    case 'disconnect':
      return (await world.disconnect()) ? undefined : '这扇门没有连接可断';
    case 'tap': {
      const content = tapped(step, world);
      if (!content) return `${step.member} 没有看到按钮“${step.label}”`;
      await world.act(step.member, { content, ...(step.group === undefined ? {} : { group: step.group }) });
      return undefined;
    }
    case 'tick': {
      const content = handedIn(step, world);
      if (!content) return `${step.member} 没有看到可以勾选${step.labels.map((label) => `“${label}”`).join('')}的名单`;
      await world.act(step.member, { content });
      return undefined;
    }
  }
}

/** What handing in a list amounts to: where a message numbers its options as words, saying the numbers means the same. */
function handedIn({ member, labels }: Action & { kind: 'tick' }, { heard }: World): Content | undefined {
  for (const { draft } of toldTo(heard, member).reverse()) {
    const { checklist, text } = draft;
    if (checklist) {
      const ids = labels.map((label) => checklist.options.find((one) => one.label === label)?.id);
      return ids.includes(undefined)
        ? undefined
        : { kind: 'tap', data: ticked(checklist.submit.data, ids as readonly string[]) };
    }
    if (!text.includes('\n回复序号，')) continue;
    const numbers = labels.map((label) => new RegExp(`(\\d+)\\. ${label}(?=\\s|$)`, 'm').exec(text)?.[1]);
    if (!numbers.includes(undefined)) return { kind: 'text', text: numbers.join('、') || '没有' };
  }
  return undefined;
}

/** `{码}` stands for the last six digits that anybody was told: no talk can know a code beforehand. */
function withCode(did: Did, { heard }: World): Did {
  const { content } = did;
  if (content.kind !== 'text' || !content.text.includes('{码}')) return did;
  const told = heard.map(({ draft }) => /\d{6}/.exec(draft.text)?.[0]).filter((code) => code !== undefined);
  return { ...did, content: { kind: 'text', text: content.text.replaceAll('{码}', told.at(-1) ?? '') } };
}

/** What the tap amounts to: where a message shows its buttons as words, saying the label means the same. */
function tapped({ member, group, label, first }: Action & { kind: 'tap' }, { heard }: World): Content | undefined {
  const told = toldTo(heard, group === undefined ? member : `@${group}`).map(({ draft }) => draft);
  for (const { buttons, text } of first ? told : told.reverse()) {
    const button = buttons?.find((one) => one.label === label);
    if (button) return { kind: 'tap', data: button.data };
    if (text.split('\n').at(-1)?.startsWith('回复：') && text.includes(label)) return { kind: 'text', text: label };
  }
  return undefined;
}

function failed(talk: Talk, door: TalkDoor, line: number, expected: string, came: string): TalkResult {
  return { talk, door, passed: false, failure: { line, expected, came } };
}
