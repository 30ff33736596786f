// `message/send` and `message/recall`: who gets what, what is kept back, and what disappears without a word.

import { createHash } from 'node:crypto';
import { dayLength, dayOf, hour, minute } from '../../domain/time.ts';
import { done, type FakeAnswer, refusal } from './answers.ts';
import { cardOf, isTaken, keepCard } from './cards.ts';
import { checkPayload } from './payload.ts';
import { opaqueId, recent, type World } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;

/** W90236: to one member at most 30 a minute and 1,000 an hour from one app; the surplus is dropped without an error. */
const perMinute = 30;
const perHour = 1000;

/** `POST message/send` with the token of `tokenAgent`. The checks stand in the order in which WeCom makes them. */
export function sendMessage(world: World, tokenAgent: number, message: Fields, raw: string): FakeAnswer {
  const agentId = Number(message.agentid);
  if (message.agentid === undefined) return refusal(41011, 'agentid missing');
  if (![...world.apps.values()].includes(agentId)) return refusal(40056, 'invalid agentid');
  if (agentId !== tokenAgent) return refusal(301002, 'not allow operate another agent with this accesstoken');
  const to = recipients(world, message);
  if ('refused' in to) return to.refused;
  const msgtype = String(message.msgtype ?? '');
  const checked = checkPayload(world, msgtype, message);
  if ('refused' in checked) return checked.refused;
  if (to.reached.length === 0) return { ...refusal(81013, 'user & party & tag all invalid'), ...to.lists };

  const day = dayOf(world.now());
  const used = (world.quota.get(day) ?? 0) + to.reached.length;
  if (used > world.switches.accountCap * 200) return refusal(45009, 'api freq out of limit');
  world.quota.set(day, used);

  const warning = typeof message.agentid === 'string' ? 'ok. Warning: wrong json format. ' : 'ok';
  const card = msgtype === 'template_card' ? cardOf(message) : undefined;
  const taken = card !== undefined && isTaken(world, agentId, card);
  if (taken && world.switches.repeatedCard === 'refuse') return refusal(42014, 'invalid task_id');
  const kept = keepBack(world, agentId, message, raw, msgtype);
  if (kept.again) return done({ msgid: kept.msgid, ...to.lists }, warning);
  if (taken) return refusal(42014, 'invalid task_id');
  const code = card && keepCard(world, { agentId, card, msgid: kept.msgid, users: to.reached });
  world.sent.set(kept.msgid, { agentId, at: world.now(), recalled: false });
  for (const user of to.reached) {
    if (!admit(world, agentId, user)) continue;
    world.inbox.push({ at: world.now(), user, msgtype, text: checked.text, raw, msgid: kept.msgid, agentId });
  }
  return done({ msgid: kept.msgid, ...to.lists, ...(code ? { response_code: code } : {}) }, warning);
}

/** `POST message/recall` */
export function recallMessage(world: World, tokenAgent: number, message: Fields): FakeAnswer {
  const msgid = String(message.msgid ?? '');
  const sent = world.sent.get(msgid);
  if (!sent || sent.agentId !== tokenAgent) return refusal(40058, 'invalid msgid');
  if (sent.recalled && world.switches.secondRecall === 'refuse') return refusal(40058, 'message recalled already');
  if (sent.at + dayLength < world.now() && world.switches.lateRecall === 'refuse')
    return refusal(40058, 'message too old');
  sent.recalled = true;
  world.inbox = world.inbox.filter((received) => received.msgid !== msgid);
  return done();
}

interface Recipients {
  readonly reached: readonly string[];
  readonly lists: Readonly<Record<string, string>>;
}

function recipients(world: World, message: Fields): Recipients | { readonly refused: FakeAnswer } {
  const users = list(message.touser);
  const parties = list(message.toparty);
  const tags = list(message.totag);
  if (users.length + parties.length + tags.length === 0) return { refused: refusal(82001, 'no recipient') };
  if (users.length === 1 && users[0] === '@all') {
    const everyone = [...(world.members ?? new Set(world.inbox.map((received) => received.user)))];
    return { reached: everyone.filter((user) => !world.unlicensed.has(user)), lists: {} };
  }
  if (users.length > 1000) return { refused: refusal(40032, 'too many users') };
  if (parties.length > 100) return { refused: refusal(82002, 'too many parties') };
  if (tags.length > 100) return { refused: refusal(82003, 'too many tags') };
  const unique = [...new Set(users.map((user) => user.toLowerCase()))];
  const isMember = (user: string) => (world.members ? world.members.has(user) : /^[a-z0-9_.@-]{1,64}$/.test(user));
  return {
    reached: unique.filter((user) => isMember(user) && !world.unlicensed.has(user)),
    lists: {
      invaliduser: unique.filter((user) => !isMember(user)).join('|'),
      invalidparty: parties.join('|'),
      invalidtag: tags.join('|'),
      unlicenseduser: unique.filter((user) => isMember(user) && world.unlicensed.has(user)).join('|'),
    },
  };
}

function list(value: unknown): string[] {
  return typeof value === 'string' ? value.split('|').filter((part) => part !== '') : [];
}

/** Whether an equal message of this app is still kept back, and the id to answer with. */
function keepBack(
  world: World,
  agentId: number,
  message: Fields,
  raw: string,
  msgtype: string,
): { again: boolean; msgid: string } {
  const msgid = opaqueId();
  if (message.enable_duplicate_check !== 1) return { again: false, msgid };
  const same =
    world.switches.duplicateBy === 'body'
      ? raw
      : JSON.stringify([message.touser, message.toparty, message.totag, msgtype, message[msgtype]]);
  const fingerprint = createHash('sha256').update(`${agentId} ${same}`).digest('hex');
  const earlier = world.duplicates.get(fingerprint);
  if (earlier && earlier.until > world.now()) {
    return { again: true, msgid: world.switches.duplicateAnswer === 'same-msgid' ? earlier.msgid : msgid };
  }
  const wanted = message.duplicate_check_interval;
  const seconds = Math.min(typeof wanted === 'number' ? wanted : 1800, 14_400);
  world.duplicates.set(fingerprint, { until: world.now() + seconds * 1000, msgid });
  return { again: false, msgid };
}

/** Counts a message to a member; false when it is one too many and disappears. */
function admit(world: World, agentId: number, user: string): boolean {
  const key = `${agentId} ${user}`;
  const times = world.delivered.get(key) ?? [];
  world.delivered.set(key, times);
  const now = world.now();
  if (recent(times, now, hour) >= perHour) return false;
  if (times.filter((time) => time > now - minute).length >= perMinute) return false;
  times.push(now);
  return true;
}
