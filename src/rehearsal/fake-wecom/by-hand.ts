// What people and tests order from the fake by hand, opened: forms of the requests and what each does. Holds no HTTP.

import { z } from 'zod';
import { zhCN } from 'zod/locales';
import { Fault } from '../../domain/fault.ts';
import type { Instant } from '../../domain/time.ts';
import { actOnBot, type BotDone, botFaultRequest, orderOnBot, present, pressOnBot } from './bot-by-hand.ts';
import type { FakeBot } from './bot-fake.ts';
import { type Faults, faultRequest } from './faults.ts';
import { type Said, say, sayRequest } from './speak.ts';
import { switchesRequest } from './switches.ts';
import { tap, tapRequest } from './tap.ts';
import { lowerCase, opaqueId, type World } from './world.ts';

/** All that can be turned. */
export interface Bench {
  readonly world: World;
  readonly faults: Faults;
  readonly bot: FakeBot | undefined;
}

const door = z.enum(['app', 'bot']).optional();

const sayForm = sayRequest
  .extend({ door })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, '要有 text（说的话）或 fields（别的消息）');

/** `POST /__say`: in a group through the AI bot; in private through the app, or the bot where `door` says so or only the bot is there. */
export function sayByHand({ world, bot }: Bench, body: unknown): Promise<Said | BotDone> {
  const { door: wanted, ...request } = parse(sayForm, body);
  const { from, text, group, msgid } = request;
  if (group === undefined && !throughBot(wanted, world, bot)) return say(world, request);
  if (text === undefined) throw new Fault('not-allowed', '对智能机器人只能说 text');
  return actOnBot(bot, {
    from,
    text,
    ...(group === undefined ? {} : { group }),
    ...(msgid === undefined ? {} : { msgid }),
  });
}

const tapForm = tapRequest.extend({ group: z.string().optional(), door });

/** `POST /__tap`: a button of a card that the app sent, else of one of the bot's. */
export async function tapByHand({ world, bot }: Bench, body: unknown): Promise<Said | BotDone> {
  const { group, door: wanted, ...request } = parse(tapForm, body);
  const { user, label, key, task_id } = request;
  const onBot = () =>
    bot &&
    pressOnBot(bot, {
      user,
      ...(group === undefined ? {} : { group }),
      ...(label === undefined ? {} : { label }),
      ...(key === undefined ? {} : { key }),
      ...(task_id === undefined ? {} : { task_id }),
    });
  if (group === undefined && wanted !== 'bot') {
    try {
      return await tap(world, request);
    } catch (error) {
      const pressed =
        wanted === undefined && error instanceof Fault && error.code === 'not-found' ? onBot() : undefined;
      if (!pressed) throw error;
      return pressed;
    }
  }
  const pressed = onBot();
  if (!pressed) throw new Fault('not-found', `${group ?? user} 那里没有这样的按钮`);
  return pressed;
}

const kinds = ['image', 'voice', 'video', 'file'] as const;

const uploadForm = z
  .strictObject({
    from: z.string().min(1),
    kind: z.enum(kinds),
    name: z.string().min(1).max(200).optional(),
    base64: z.base64().optional(),
    /** The bytes as text. */
    text: z.string().optional(),
    /** So many bytes of nothing in particular. */
    size: z
      .int()
      .min(1)
      .max(100 * 1024 * 1024)
      .optional(),
    /** What was said in a voice message; only the AI bot is told. */
    says: z.string().optional(),
    group: z.string().optional(),
    door,
  })
  .refine(
    ({ base64, text, size, says }) => [base64, text, size, says].filter((one) => one !== undefined).length === 1,
    '内容要在 base64、text、size、says 里给一个',
  );

/** `POST /__upload`: a member sends a picture, a voice, a video or a file. */
export function uploadByHand({ world, bot }: Bench, body: unknown): Promise<Said | BotDone> {
  const request = parse(uploadForm, body);
  const { from, kind, base64, text, size, says, group, door: wanted } = request;
  const name = request.name ?? usualNames[kind];
  const bytes = base64 === undefined ? Buffer.from(text ?? ' '.repeat(size ?? 6)) : Buffer.from(base64, 'base64');
  if (group !== undefined || throughBot(wanted, world, bot)) {
    const where = group === undefined ? { from } : { from, group };
    if (kind === 'voice') return actOnBot(bot, { ...where, voice: says ?? '' });
    return actOnBot(bot, { ...where, file: { kind, bytes, name } });
  }
  const id = opaqueId();
  world.media.set(id, { kind, bytes, filename: name, contentType: contentTypes[kind], at: world.now() });
  const fields: Record<string, string> = { MsgType: kind, MediaId: id };
  if (kind === 'image') fields.PicUrl = '';
  if (kind === 'voice') fields.Format = 'amr';
  if (kind === 'video') fields.ThumbMediaId = id;
  return say(world, { from, fields });
}

const usualNames = { image: '照片.jpg', voice: '语音.amr', video: '视频.mp4', file: '文件.txt' } as const;
const contentTypes = {
  image: 'image/jpeg',
  voice: 'audio/amr',
  video: 'video/mp4',
  file: 'application/octet-stream',
} as const;

const enterForm = z.strictObject({ user: z.string().min(1), door });

/** `POST /__enter`: a member opens the app, or the chat with the bot. */
export function enterByHand({ world, bot }: Bench, body: unknown): Promise<Said | BotDone> {
  const { user, door: wanted } = parse(enterForm, body);
  if (throughBot(wanted, world, bot)) return actOnBot(bot, { from: user, event: { eventtype: 'enter_chat' } });
  return say(world, { from: user, fields: { MsgType: 'event', Event: 'enter_agent', EventKey: '' } });
}

const orders = z.strictObject({
  ...faultRequest.shape,
  /** Milliseconds that every answer takes from now on. */
  latency: z.int().min(0).max(600_000).optional(),
  token: z.enum(['expire', 'corrupt']).optional(),
  switches: switchesRequest.optional(),
  bot: botFaultRequest.optional(),
});

const troubles = ['code', 'status', 'body', 'reset', 'silence', 'delayMs'] as const;

/** `POST /__fault`: trouble for calls to come, or one of the standing ones. */
export function orderTrouble(bench: Bench, body: unknown): void {
  const { world, faults } = bench;
  const request = parse(orders, body);
  const { latency, token, switches, bot, ...fault } = request;
  const hits = troubles.some((name) => fault[name] !== undefined);
  if (!hits && [latency, token, switches, bot].every((one) => one === undefined))
    throw new Fault('config', `没有说出什么问题：要有 ${troubles.join('、')}、latency、token、switches、bot 之一`);
  if (bot) orderOnBot(bench.bot, bot);
  if (hits) faults.add(fault);
  if (latency !== undefined) world.latency = latency;
  if (token === 'expire') expireTokens(world);
  if (token === 'corrupt') corruptTokens(world);
  if (switches) world.switches = { ...world.switches, ...present(switches) };
}

const clockForm = z
  .strictObject({
    forward: z
      .number()
      .positive()
      .max(400 * 86_400)
      .optional(),
    to: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(
    ({ forward, to }) => (forward === undefined) !== (to === undefined),
    '要有 forward（往前拨多少秒）或 to（拨到的时刻），只给一个',
  );

/** `POST /__clock`: puts the fake's clock forward; resolves to its time then. */
export function moveClock({ world }: Bench, body: unknown): Instant {
  const { forward, to } = parse(clockForm, body);
  const length = to === undefined ? (forward ?? 0) * 1000 : Date.parse(to) - world.now();
  if (length < 0) throw new Fault('config', '钟只能往前拨');
  world.clock.forward(length);
  return world.now();
}

const membersForm = z.strictObject({
  members: z.array(z.string()).nullable().optional(),
  unlicensed: z.array(z.string()).optional(),
  robots: z.array(z.string().min(1)).optional(),
});

/** `POST /__members`: who is in the visible range, who has no licence, which group robots there are. */
export function setMembers({ world }: Bench, body: unknown): void {
  const { members, unlicensed, robots } = parse(membersForm, body);
  if (members !== undefined) world.members = members ? lowerCase(members) : undefined;
  if (unlicensed) world.unlicensed = lowerCase(unlicensed);
  if (robots) world.robots = new Set(robots);
}

/** All tokens are over: the next call gets 42001. */
export function expireTokens(world: World): void {
  for (const issued of world.tokens.values()) issued.expiresAt = world.now();
}

/** All tokens are unknown: the next call gets 40014. */
export function corruptTokens(world: World): void {
  for (const issued of world.tokens.values()) issued.broken = true;
}

function throughBot(wanted: 'app' | 'bot' | undefined, world: World, bot: FakeBot | undefined): boolean {
  return wanted === 'bot' || (wanted === undefined && !world.callback && bot !== undefined);
}

const chinese = zhCN().localeError;

/** Throws a ZodError in Chinese. */
export function parse<S extends z.ZodType>(form: S, body: unknown): z.output<S> {
  return form.parse(body, { error: chinese });
}
