// Groups that only listen: `appchat/*` of an app, and `webhook/*` of the robot in a group. Nobody there is ever heard.

import { createHash } from 'node:crypto';
import { minute } from '../../domain/time.ts';
import { done, type FakeAnswer, refusal } from './answers.ts';
import { checkPayload } from './payload.ts';
import { type Chat, opaqueId, recent, type World } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;

/** W90248: to one member at most so many group messages a minute from one app; the surplus is dropped without an error. */
const perMember = 200;

/** W91770: messages a minute of one robot. */
const perRobot = 20;

/** `POST appchat/create` */
export function createChat(world: World, agentId: number, request: Fields): FakeAnswer {
  if (!world.switches.rootRange) return refusal(48002, 'api forbidden');
  const members = names(request.userlist);
  if (members.length < 2 || members.length > 2000) return refusal(86006, 'invalid chat member count');
  const chatId =
    request.chatid === undefined ? opaqueId().replaceAll(/[-_]/g, '0').slice(0, 32) : String(request.chatid);
  if (!/^[0-9A-Za-z]*$/.test(chatId)) return refusal(86001, 'invalid chatid');
  if (chatId === '' || chatId.length > 32) return refusal(86205, 'invalid chatid length');
  if (world.chats.has(chatId)) return refusal(86215, 'chatid exists');
  const name = [...String(request.name ?? '')].slice(0, 50).join('');
  world.chats.set(chatId, { agentId, name, owner: String(request.owner ?? members[0]), members: new Set(members) });
  return done({ chatid: chatId });
}

/** `POST appchat/update` */
export function updateChat(world: World, agentId: number, request: Fields): FakeAnswer {
  const chat = chatOf(world, agentId, request.chatid);
  if ('refused' in chat) return chat.refused;
  const members = new Set([...chat.members, ...names(request.add_user_list)]);
  for (const gone of names(request.del_user_list)) members.delete(gone);
  if (members.size < 2 || members.size > 2000) return refusal(86006, 'invalid chat member count');
  const { name = chat.name, owner = chat.owner } = request;
  world.chats.set(String(request.chatid), { ...chat, name: String(name), owner: String(owner), members });
  return done();
}

/** `GET appchat/get?chatid=` */
export function findChat(world: World, agentId: number, chatId: string | undefined): FakeAnswer {
  const chat = chatOf(world, agentId, chatId);
  if ('refused' in chat) return chat.refused;
  const { name, owner, members } = chat;
  return done({ chat_info: { chatid: chatId, name, owner, userlist: [...members] } });
}

/** `POST appchat/send`; answers without a msgid, so nothing can be taken back. */
export function sendToChat(world: World, agentId: number, message: Fields, raw: string): FakeAnswer {
  const chat = chatOf(world, agentId, message.chatid);
  if ('refused' in chat) return chat.refused;
  const msgtype = String(message.msgtype ?? '');
  if (msgtype === 'template_card') return refusal(40008, 'invalid message type');
  const checked = checkPayload(world, msgtype, message);
  if ('refused' in checked) return checked.refused;
  const to = [...chat.members].filter((user) => admit(world, `chats of ${agentId} ${user}`, perMember));
  const group = String(message.chatid);
  world.groupInbox.push({ at: world.now(), group, msgtype, text: checked.text, raw, to });
  return done();
}

/** `POST webhook/send?key=`, without a token. */
export function sendAsRobot(world: World, key: string | undefined, message: Fields, raw: string): FakeAnswer {
  if (key === undefined || !world.robots.has(key)) return refusal(93000, 'invalid webhook url');
  if (!admit(world, `robot ${key}`, perRobot)) return refusal(world.switches.robotLimit, 'api freq out of limit');
  const msgtype = String(message.msgtype ?? '');
  if (msgtype === 'template_card' && !isNotice(message)) return refusal(40008, 'invalid message type');
  const checked = msgtype === 'image' ? checkImage(message.image) : checkPayload(world, msgtype, message, true);
  if ('refused' in checked) return checked.refused;
  const file = world.media.get(String((message[msgtype] as Fields | undefined)?.media_id));
  if (file && file.robot !== key) return refusal(40007, 'invalid media_id');
  world.groupInbox.push({ at: world.now(), group: key, msgtype, text: checked.text, raw, to: [] });
  return done();
}

/** A robot's cards call nobody back (W91770). */
function isNotice(message: Fields): boolean {
  return String((message.template_card as Fields | undefined)?.card_type).endsWith('_notice');
}

function checkImage(image: unknown): { readonly text: string } | { readonly refused: FakeAnswer } {
  const { base64, md5 } = (image ?? {}) as { base64?: unknown; md5?: unknown };
  const bytes = Buffer.from(String(base64 ?? ''), 'base64');
  if (bytes.length === 0) return { refused: refusal(44001, 'empty media data') };
  if (bytes.length > 2 * 1024 * 1024) return { refused: refusal(40009, 'invalid image size') };
  if (createHash('md5').update(bytes).digest('hex') !== md5) return { refused: refusal(301019, 'md5 mismatch') };
  return { text: '[image]' };
}

function chatOf(world: World, agentId: number, chatId: unknown): Chat | { readonly refused: FakeAnswer } {
  if (!world.switches.rootRange) return { refused: refusal(48002, 'api forbidden') };
  const chat = world.chats.get(String(chatId));
  if (!chat) return { refused: refusal(world.switches.unknownChat, 'chat not found') };
  return chat.agentId === agentId ? chat : { refused: refusal(86008, 'chat of another app') };
}

/** Counts one more within a minute; false when it is one too many. */
function admit(world: World, key: string, most: number): boolean {
  const times = world.delivered.get(key) ?? [];
  world.delivered.set(key, times);
  if (recent(times, world.now(), minute) >= most) return false;
  times.push(world.now());
  return true;
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.map((name) => String(name).toLowerCase()))] : [];
}
