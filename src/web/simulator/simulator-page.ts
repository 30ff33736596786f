// The simulator: a page that looks like the chat people know, for whoever sits at this machine. Speaks to the turn like any door; decides nothing.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Content, Receive } from '../../channels/channel.ts';
import { cleanText } from '../../channels/channel.ts';
import type { Member, Unit } from '../../domain/organisation.ts';
import type { Instant } from '../../domain/time.ts';
import { dayLength } from '../../domain/time.ts';
import { loadLabels } from '../../library/labels.ts';
import { home } from '../../library/library.ts';
import { attachmentById, keepAttachment } from '../../store/attachments.ts';
import { memberById, membersOf } from '../../store/members.ts';
import type { ChatBody } from '../../store/simulator-chat.ts';
import { addToChat, groupChat, lastOfChat, memberChat, newestOfBot } from '../../store/simulator-chat.ts';
import type { UnitsCache } from '../../store/units.ts';
import { makeChatStreams } from './chat-stream.ts';
import { clockTarget, targetOf } from './clock-target.ts';
import { localOnly } from './local-only.ts';
import { readPageFiles } from './page-files.ts';
import { branchNear, groupOf, peopleOf } from './people.ts';
import { pictureType } from './picture-type.ts';

/** The clock of the service, which the page may move forward. */
export interface SimulatedTime {
  now(): Instant;
  readonly mayMove: boolean;
  /** Moves forward to `at`; what falls due on the way happens before this resolves. */
  moveTo(at: Instant): Promise<void>;
  /** When the next theme day of a branch begins to take sign-ins; undefined = none is known. */
  nextThemeDay(unit: string): Promise<Instant | undefined>;
}

export interface SimulatorPageOptions {
  readonly pool: pg.Pool;
  readonly receive: Receive;
  readonly units: UnitsCache;
  readonly time: SimulatedTime;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Milliseconds after which open pages look for news by themselves; default 500. */
  readonly pollEvery?: number;
}

const memberId = z.string().min(1).max(64);
const place = z.enum(['private', 'group']).default('private');
const text = z.string().max(5000).transform(cleanText);
const someText = text.refine((said) => said.trim() !== '');

const question = z.object({ member: memberId });
const streamQuestion = z.object({ member: memberId, after: z.coerce.number().pipe(z.int().min(0)).default(0) });
const sayBody = z.strictObject({ member: memberId, place, text: someText });
const tapBody = z.strictObject({
  member: memberId,
  place,
  data: text,
  label: someText,
  /** The line whose button it is. */
  card: z.int().positive().optional(),
});
const uploadBody = z.strictObject({
  member: memberId,
  place,
  media: z.enum(['image', 'voice', 'file']),
  name: someText.pipe(z.string().max(100)),
  says: someText.optional(),
  /** The bytes in base64. */
  data: z.base64().default(''),
});
const clockBody = z.strictObject({ member: memberId, to: clockTarget });

/** Most bytes of a file that is sent in. */
const largestUpload = 20 * 1024 * 1024;
/** Base64 writes three bytes as four; the rest of a body is small. */
const uploadBodyLimit = Math.ceil(largestUpload / 3) * 4 + 64 * 1024;

/** Nothing but this page's own files runs, loads or frames it. */
const pagePolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/** Registers `/simulator` and its API. Only for this machine; whoever opens it speaks as anybody. */
export const simulatorPage: FastifyPluginAsync<SimulatorPageOptions> = async (app, options) => {
  const { pool, receive, time, log } = options;
  const labels = loadLabels(path.join(home, 'content'));
  const files = readPageFiles(path.join(home, 'src/web/simulator/page'));
  const streams = makeChatStreams({ pool, now: time.now, log, pollEvery: options.pollEvery ?? 500 });
  let moving = false;

  app.addHook('onRequest', localOnly);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': pagePolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });
  app.addHook('preClose', async () => streams.close());

  app.get('/simulator', (_request, reply) => sendPageFile(reply, 'index.html'));
  app.get('/simulator/', (_request, reply) => reply.redirect('/simulator'));
  app.get<{ Params: { name: string } }>('/simulator/:name', ({ params }, reply) => sendPageFile(reply, params.name));

  app.get('/simulator/api/people', async () => {
    const units = await options.units.newest(pool);
    const members = await membersOf(pool, [...units.byId.keys()]);
    return {
      units: peopleOf(units, members, labels),
      now: time.now(),
      mayMove: time.mayMove,
      news: await newestOfBot(pool),
    };
  });

  app.get('/simulator/api/chat', async (request, reply) => {
    const found = await whoAsks(reply, question, request.query);
    if (!found) return reply;
    const { member, group } = found;
    return {
      private: await lastOfChat(pool, memberChat(member.id)),
      group: group ? await lastOfChat(pool, groupChat(group.id)) : null,
      now: time.now(),
    };
  });

  app.get('/simulator/api/stream', async (request, reply) => {
    const found = await whoAsks(reply, streamQuestion, request.query);
    if (!found) return reply;
    const { member, group, asked } = found;
    reply.hijack();
    // A browser that comes back says itself where it stopped.
    const stoppedAt = Number(request.headers['last-event-id']);
    const after = Number.isSafeInteger(stoppedAt) ? stoppedAt : asked.after;
    streams.open(reply.raw, new Set([memberChat(member.id), ...(group ? [groupChat(group.id)] : [])]), after);
    return reply;
  });

  /** The member opened the chat, which is answered where it helps. */
  app.post('/simulator/api/enter', async (request, reply) => {
    const found = await whoAsks(reply, z.strictObject({ member: memberId }), request.body);
    if (!found) return reply;
    const { member } = found;
    return passOn(reply, { member, group: undefined, asked: { place: 'private' } }, undefined, { kind: 'enter' });
  });

  app.post('/simulator/api/say', async (request, reply) => {
    const found = await whoAsks(reply, sayBody, request.body);
    if (!found) return reply;
    const content = { kind: 'text', text: found.asked.text } as const;
    return passOn(reply, found, content, content);
  });

  app.post('/simulator/api/tap', async (request, reply) => {
    const found = await whoAsks(reply, tapBody, request.body);
    if (!found) return reply;
    const { data, label, card } = found.asked;
    const pressed = { kind: 'tap', data, ...(card === undefined ? {} : { card: `line-${card}` }) } as const;
    return passOn(reply, found, { kind: 'tap', label, data, card }, pressed);
  });

  app.post('/simulator/api/upload', { bodyLimit: uploadBodyLimit }, async (request, reply) => {
    const found = await whoAsks(reply, uploadBody, request.body);
    if (!found) return reply;
    const { media, name, says, data } = found.asked;
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length > largestUpload) return reply.code(413).send({ say: '文件太大，最多 20 MB。' });
    const id = randomUUID();
    const type = pictureType(bytes) ?? 'application/octet-stream';
    const file = { id, name, type, bytes, member: found.member.id };
    await keepAttachment(pool, file, time.now(), time.now() + dayLength);
    const spoken = says === undefined ? {} : { says };
    const shown = { kind: 'upload', media, name, file: id, ...spoken } as const;
    return passOn(reply, found, shown, { kind: 'upload', media, name, ref: id, ...spoken });
  });

  app.get<{ Params: { id: string } }>('/simulator/api/file/:id', async ({ params }, reply) => {
    const file = await attachmentById(pool, params.id, time.now());
    if (!file) return reply.code(404).send({ say: '这个文件已经过期，不再保存。' });
    const picture = file.type.startsWith('image/');
    return reply
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header(
        'content-disposition',
        `${picture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      )
      .type(picture ? file.type : 'application/octet-stream')
      .send(file.bytes);
  });

  app.post('/simulator/api/clock', async (request, reply) => {
    const found = await whoAsks(reply, clockBody, request.body);
    if (!found) return reply;
    if (!time.mayMove) return reply.code(409).send({ say: '接入了真实通道，时钟不能拨动。' });
    if (moving) return reply.code(409).send({ say: '时钟正在走，请稍等。' });
    moving = true;
    try {
      const branch = branchNear(found.member, found.units);
      const nextThemeDay = async () => (branch ? time.nextThemeDay(branch.id) : undefined);
      const at = await targetOf(found.asked.to, time.now(), nextThemeDay);
      if (at === undefined) return reply.code(409).send({ say: sayNowhere(found.asked.to) });
      await time.moveTo(at);
      streams.poke();
      return { now: time.now(), news: await newestOfBot(pool) };
    } finally {
      moving = false;
    }
  });

  function sendPageFile(reply: FastifyReply, name: string): FastifyReply {
    const file = files.get(name);
    return file ? reply.type(file.type).send(file.body) : reply.code(404).send({ say: '没有这个页面。' });
  }

  /** Parses what was asked and finds the member it is about; undefined = it was refused, and `reply` has said why. */
  async function whoAsks<T extends { member: string }>(
    reply: FastifyReply,
    form: z.ZodType<T>,
    input: unknown,
  ): Promise<Asked<T> | undefined> {
    const parsed = form.safeParse(input);
    if (!parsed.success) {
      reply.code(400).send({ say: '没看懂这个请求。', detail: z.prettifyError(parsed.error) });
      return undefined;
    }
    const member = await memberById(pool, parsed.data.member);
    if (!member || member.leftAt !== null) {
      reply.code(404).send({ say: '没有这个人，请换一位。' });
      return undefined;
    }
    const units = await options.units.newest(pool);
    return { asked: parsed.data, member, units, group: groupOf(member, units) };
  }

  /** Writes what the member did, hands it to the turn, and writes what the bot answers in the same exchange. */
  async function passOn(
    reply: FastifyReply,
    { member, group, asked }: { member: Member; group: Unit | undefined; asked: { place: 'private' | 'group' } },
    shown: ChatBody | undefined,
    content: Content,
  ): Promise<FastifyReply> {
    if (asked.place === 'group' && !group) return reply.code(404).send({ say: '这位同志不在支部的群里。' });
    const inGroup = asked.place === 'group' ? group : undefined;
    const chat = inGroup ? groupChat(inGroup.id) : memberChat(member.id);
    if (shown) await addToChat(pool, chat, member.id, [shown], time.now());
    streams.poke();
    try {
      const { drafts } = await receive({
        channel: 'simulator',
        messageId: randomUUID(),
        account: member.id,
        at: time.now(),
        place: inGroup ? { kind: 'group', group: inGroup.id } : { kind: 'private' },
        content,
      });
      const said = drafts.map((draft): ChatBody => ({ kind: 'draft', draft }));
      await addToChat(pool, chat, null, said, time.now());
      streams.poke();
      return reply.code(204).send();
    } catch (error) {
      log.error({ err: error }, 'a message from the simulator failed');
      return reply.code(503).send({ say: '没有送到，请再说一次。' });
    }
  }
};

interface Asked<T> {
  readonly asked: T;
  readonly member: Member;
  readonly units: Awaited<ReturnType<UnitsCache['newest']>>;
  readonly group: Unit | undefined;
}

function sayNowhere(to: string): string {
  return to === 'next-theme-day' ? '近两个月没有主题党日。' : '时钟只能往后拨，一次最多一年。';
}
