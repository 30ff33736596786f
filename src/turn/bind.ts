// A code that somebody says: whose WeChat account it is, or which branch's group, in WeChat and in WeCom. Says no name and no code in a group.

import type pg from 'pg';
import type { Inbound } from '../channels/channel.ts';
import type { Change } from '../domain/change.ts';
import { plain } from '../domain/chinese/plain.ts';
import type { Member } from '../domain/organisation.ts';
import { accountKey } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { type BindingCode, bindAccount, bindingCode, bindRoom, mayGuess, useCode } from '../store/binding-codes.ts';
import { memberById } from '../store/members.ts';
import type { Units } from '../store/units.ts';
import type { Outcome, TurnParts } from '../turn.ts';
import { wordsOf } from './without-flow.ts';

/** Doors in which a code means something. Only in WeChat it says who somebody is: WeCom tells us that itself. */
const takesCodes: ReadonlySet<string> = new Set(['wechaty', 'wecom-bot', 'wecom']);

/** The code in `绑定 123456` or a bare `123456`; undefined when it is something else. */
export function codeIn(text: string): string | undefined {
  return /^\s*(?:我?要?绑定(?:码|微信|群)*)?[\s:，,]*(\d{6})[\s。.!]*$/u.exec(plain(text))?.[1];
}

/** The code that this message brings; a known person must say the word, for a bare number may be the answer to a question. */
export function codeSaid({ channel, content }: Inbound, isKnown: boolean): string | undefined {
  if (!takesCodes.has(channel) || content.kind !== 'text') return undefined;
  if (!isKnown && channel !== 'wechaty') return undefined;
  return isKnown && !content.text.includes('绑定') ? undefined : codeIn(content.text);
}

export interface Binding {
  readonly client: pg.PoolClient;
  readonly units: Units;
  readonly now: Instant;
  readonly inbound: Inbound;
  /** Who speaks, where that is known already. */
  readonly sender: Member | undefined;
  readonly code: string;
}

/** Takes a code: what is bound is written at once, in the turn's transaction. The answer never repeats the code. */
export async function bindByCode(parts: TurnParts, binding: Binding): Promise<Outcome> {
  const { client, now, inbound, code } = binding;
  const account = accountKey(inbound.channel, inbound.account);
  if (!(await mayGuess(client, inbound.channel, account, now))) return answered(parts, binding, 'bind-later');
  const good = await bindingCode(client, code, now);
  if (!good) return answered(parts, binding, 'bind-refused');
  return inbound.place.kind === 'group'
    ? bindHere(parts, binding, good, account, inbound.place.group)
    : bindPerson(parts, binding, good, account);
}

async function bindPerson(parts: TurnParts, binding: Binding, good: BindingCode, account: string): Promise<Outcome> {
  const { client, inbound, sender } = binding;
  if (good.unit !== null) return answered(parts, binding, 'bind-in-room');
  if (good.channel !== inbound.channel) return answered(parts, binding, 'bind-in-wechat');
  if (sender && sender.id !== good.member) return answered(parts, binding, 'bind-taken');
  if (!(await useCode(client, good.code))) return answered(parts, binding, 'bind-refused');
  await bindAccount(client, inbound.channel, account, good.member);
  const member = await memberById(client, good.member);
  return answered(parts, binding, 'bound', { name: member?.name ?? '' }, [audited(inbound, good.member, null)]);
}

async function bindHere(
  parts: TurnParts,
  binding: Binding,
  good: BindingCode,
  account: string,
  group: string,
): Promise<Outcome> {
  const { client, inbound, sender, units } = binding;
  if (sender && sender.id !== good.member && good.unit !== null) return answered(parts, binding, 'bind-refused');
  const other = [...units.byId.values()].find(({ groups }) => groups[inbound.channel] === group);
  // Everybody in the group has read it: whoever is quicker could use it.
  if (good.unit === null || (other && other.id !== good.unit)) {
    await useCode(client, good.code);
    return answered(parts, binding, good.unit === null ? 'bind-in-private' : 'bind-refused');
  }
  if (!(await useCode(client, good.code))) return answered(parts, binding, 'bind-refused');
  if (!sender) await bindAccount(client, inbound.channel, account, good.member);
  await bindRoom(client, good.unit, inbound.channel, group);
  const { answersOnly = false } = parts.doors.doors.find(({ name }) => name === inbound.channel) ?? {};
  return answered(parts, binding, answersOnly ? 'room-bound-answers' : 'room-bound', {}, [
    audited(inbound, good.member, good.unit),
  ]);
}

function audited({ channel }: Inbound, member: string, unit: string | null): Change {
  return {
    change: 'audit',
    actor: member,
    action: unit === null ? 'account-bound' : 'room-bound',
    subject: member,
    unit,
    detail: { channel },
  };
}

function answered(
  { library, onWalked }: TurnParts,
  { inbound, sender }: Binding,
  flow: string,
  values: Readonly<Record<string, string>> = {},
  changes: readonly Change[] = [],
): Outcome {
  const drafts = [{ text: wordsOf(library, flow, values, onWalked) }];
  const { channel, messageId, at } = inbound;
  return {
    reply: { drafts },
    inbound: { channel, messageId, member: sender?.id ?? null, saidAt: at, intent: flow, reply: drafts },
    session: null,
    ends: [],
    changes,
    outbox: [],
    noticed: null,
  };
}
