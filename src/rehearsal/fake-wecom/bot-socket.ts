// The fake AI bot's long connection: frames, acknowledgements, and the troubles that a real one has. One subscription at a time.

import type { WebSocket } from 'ws';
import type { Instant } from '../../domain/time.ts';
import { type BotWorld, contentLimit, life, md5Of, overLimit, textIn } from './bot-world.ts';
import { opaqueId } from './world.ts';

/** Troubles to come; each number counts down. */
export interface BotFaults {
  /** Subscriptions that nobody acknowledges. */
  silentSubscribes: number;
  /** Answers and pushes that are done, but whose acknowledgement is lost. */
  droppedAcks: number;
  /** Answers and pushes that are lost on the way. */
  lostFrames: number;
  /** Answers and pushes that are refused with this code. */
  refusals: number[];
  /** Pings without a pong, from now on. */
  deaf: boolean;
}

interface Frame {
  readonly cmd?: string;
  readonly headers?: { readonly req_id?: string };
  readonly body?: Record<string, unknown>;
}

/** A message or event that may be answered on the connection it went out on. */
interface Question {
  readonly chat: string;
  readonly at: Instant;
  readonly event: string | undefined;
  streamAt?: Instant;
}

interface Line {
  readonly socket: WebSocket;
  readonly questions: Map<string, Question>;
}

interface Ack {
  readonly errcode: number;
  readonly errmsg: string;
  readonly body?: object;
}

const ok: Ack = { errcode: 0, errmsg: 'ok' };
const no = (errcode: number, errmsg: string): Ack => ({ errcode, errmsg });

/** The server's side of all connections of one bot. */
export function botSocket(world: BotWorld) {
  let line: Line | undefined;
  const open = new Set<WebSocket>();
  const faults: BotFaults = { silentSubscribes: 0, droppedAcks: 0, lostFrames: 0, refusals: [], deaf: false };
  const counts: Record<string, number> = {};

  function accept(socket: WebSocket): void {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      if (line?.socket === socket) line = undefined;
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      counts[frame.cmd ?? ''] = (counts[frame.cmd ?? ''] ?? 0) + 1;
      const ack = answer(socket, frame);
      if (ack) socket.send(JSON.stringify({ headers: { req_id: frame.headers?.req_id }, ...ack }));
    });
  }

  function answer(socket: WebSocket, frame: Frame): Ack | undefined {
    if (frame.cmd === 'aibot_subscribe') return subscribe(socket, frame.body ?? {});
    if (frame.cmd === 'ping') return faults.deaf ? undefined : ok;
    if (line?.socket !== socket) return no(846609, 'aibot websocket not subscribed');
    const refusal = faults.refusals.shift();
    if (refusal !== undefined) return no(refusal, 'as ordered');
    if (faults.lostFrames > 0) {
      faults.lostFrames -= 1;
      return undefined;
    }
    const done = act(line, frame);
    if (done.errcode === 0 && faults.droppedAcks > 0) {
      faults.droppedAcks -= 1;
      return undefined;
    }
    return done;
  }

  function subscribe(socket: WebSocket, body: Record<string, unknown>): Ack | undefined {
    if (faults.silentSubscribes > 0) {
      faults.silentSubscribes -= 1;
      return undefined;
    }
    if (body.bot_id !== world.credentials.botId || body.secret !== world.credentials.secret)
      return no(world.switches.wrongSecret, 'invalid bot_id or secret');
    if (line && line.socket !== socket) kick(line.socket);
    line = { socket, questions: new Map() };
    return ok;
  }

  function kick(socket: WebSocket): void {
    const event = { eventtype: 'disconnected_event' };
    const body = { msgid: opaqueId(), aibotid: world.credentials.botId, msgtype: 'event', event };
    socket.send(JSON.stringify({ cmd: 'aibot_event_callback', headers: { req_id: opaqueId() }, body }));
    socket.close();
  }

  function act({ questions }: Line, { cmd, headers, body = {} }: Frame): Ack {
    const question = questions.get(headers?.req_id ?? '');
    switch (cmd) {
      case 'aibot_respond_msg':
        return question && !question.event ? respond(question, body) : no(846605, 'invalid req_id');
      case 'aibot_respond_welcome_msg':
        return respondToEvent(question, 'enter_chat', body);
      case 'aibot_respond_update_msg':
        return respondToEvent(question, 'template_card_event', body);
      case 'aibot_send_msg':
        return push(body);
      case 'aibot_upload_media_init':
      case 'aibot_upload_media_chunk':
      case 'aibot_upload_media_finish':
        return upload(world, cmd, body);
      default:
        return no(40058, 'unknown cmd');
    }
  }

  function respond(question: Question, body: Record<string, unknown>): Ack {
    const text = textIn(body);
    if (text === undefined) return no(40008, 'invalid msgtype');
    if (Buffer.byteLength(text) > contentLimit) return no(world.switches.longContent, 'content too long');
    if (body.msgtype !== 'stream') return deliver(question.chat, 'stream', body, text);
    const { id, finish } = body.stream as { id?: string; finish?: unknown };
    if (!id) return no(40063, 'stream id missing');
    question.streamAt ??= world.now();
    if (world.now() - question.streamAt > life.stream) return no(846608, 'stream message update expired');
    const known = world.inbox.find((said) => said.stream === id && said.chat === question.chat);
    if (!known) return deliver(question.chat, 'stream', body, text, id);
    known.text = text;
    known.finished = finish === true;
    return ok;
  }

  function respondToEvent(question: Question | undefined, event: string, body: Record<string, unknown>): Ack {
    if (question?.event !== event || world.now() - question.at > life.event) return no(846605, 'invalid req_id');
    const how = event === 'enter_chat' ? 'welcome' : 'card-update';
    const taken = how === 'welcome' ? ['text', 'template_card'].includes(String(body.msgtype)) : body.response_type;
    return taken ? deliver(question.chat, how, body, textIn(body) ?? '') : no(40008, 'invalid msgtype');
  }

  function push(body: Record<string, unknown>): Ack {
    const { chatid } = body;
    const text = textIn(body);
    if (body.msgtype === 'template_card' && body.chat_type !== 1) return no(40008, 'cards are for single chats');
    if (typeof chatid !== 'string' || !chatid) return no(93006, 'invalid chatid');
    if (!world.written.has(chatid)) {
      const otherCase = [...world.written].some((chat) => chat.toLowerCase() === chatid.toLowerCase());
      return otherCase ? no(93006, 'invalid chatid') : no(world.switches.neverWrote, 'no conversation with this chat');
    }
    if (text === undefined || body.msgtype === 'stream' || body.msgtype === 'text') return no(40008, 'invalid msgtype');
    if (Buffer.byteLength(text) > contentLimit) return no(world.switches.longContent, 'content too long');
    return deliver(chatid, 'push', body, text);
  }

  function deliver(
    chat: string,
    how: 'stream' | 'push' | 'welcome' | 'card-update',
    body: Record<string, unknown>,
    text: string,
    stream?: string,
  ): Ack {
    if (overLimit(world, chat)) return no(world.switches.limit, 'api freq out of limit');
    const finished = stream === undefined || (body.stream as { finish?: unknown }).finish === true;
    const msgtype = String(body.msgtype ?? body.response_type);
    world.inbox.push({ at: world.now(), chat, how, msgtype, text, finished, raw: body, ...(stream ? { stream } : {}) });
    return ok;
  }

  return {
    accept,
    faults,
    /** Frames that came in, by command. */
    counts: (): Readonly<Record<string, number>> => ({ ...counts }),
    isSubscribed: () => line !== undefined,
    /** Sends a person's message or event down the line; false = nobody listens. */
    tell(body: Readonly<Record<string, unknown>>, chat: string): boolean {
      if (!line) return false;
      const event = (body.event as { eventtype?: string } | undefined)?.eventtype;
      const reqId = opaqueId();
      line.questions.set(reqId, { chat, at: world.now(), event });
      const cmd = event === undefined ? 'aibot_msg_callback' : 'aibot_event_callback';
      line.socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
      return true;
    },
    /** As when somebody else subscribes with the same bot. */
    kick(): void {
      if (line) kick(line.socket);
      line = undefined;
    },
    /** Cuts all connections without a word. */
    drop(): void {
      for (const socket of open) socket.terminate();
      line = undefined;
    },
    /** Forgets who is subscribed, but keeps the connections. */
    forget(): void {
      line = undefined;
    },
  };
}

/** Chunks in any order, repeats ignored, half an hour for all of them. */
function upload(world: BotWorld, cmd: string, body: Record<string, unknown>): Ack {
  if (cmd === 'aibot_upload_media_init') {
    const [size, chunks] = [Number(body.total_size), Number(body.total_chunks)];
    if (!(size >= 5) || !(chunks >= 1 && chunks <= 100)) return no(40058, 'invalid size');
    const upload_id = opaqueId();
    const md5 = typeof body.md5 === 'string' ? body.md5 : undefined;
    const session = { at: world.now(), type: String(body.type), size, md5, chunks: Array(chunks).fill(undefined) };
    world.uploads.set(upload_id, session);
    return { ...ok, body: { upload_id } };
  }
  const id = String(body.upload_id);
  const session = world.uploads.get(id);
  if (!session || world.now() - session.at > life.upload) return no(40058, 'invalid upload_id');
  if (cmd === 'aibot_upload_media_chunk') {
    const index = Number(body.chunk_index);
    const bytes = Buffer.from(String(body.base64_data), 'base64');
    if (!(index in session.chunks) || bytes.length > 512 * 1024) return no(40058, 'invalid chunk');
    session.chunks[index] ??= bytes;
    return ok;
  }
  const bytes = Buffer.concat(session.chunks.filter((chunk) => chunk !== undefined));
  if (session.chunks.includes(undefined) || bytes.length !== session.size)
    return no(world.switches.missingChunk, 'chunk missing');
  if (session.md5 !== undefined && session.md5 !== md5Of(bytes)) return no(301019, 'md5 mismatch');
  world.uploads.delete(id);
  const media_id = opaqueId();
  world.uploaded.set(media_id, { type: session.type, bytes });
  return { ...ok, body: { type: session.type, media_id, created_at: Math.floor(world.now() / 1000) } };
}
