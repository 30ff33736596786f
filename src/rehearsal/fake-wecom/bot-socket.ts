// The fake AI bot's long connection: frames, acknowledgements, and the troubles that a real one has. One subscription at a time.

import type { WebSocket } from 'ws';
import type { Instant } from '../../domain/time.ts';
import { type Ack, mediaTrouble, no, ok, upload } from './bot-upload.ts';
import { type BotWorld, cardIn, contentLimit, life, overLimit, textIn } from './bot-world.ts';
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
  /** Chunks of uploads that are refused. */
  chunkRefusals: number;
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
  /** The card that was pressed. */
  readonly task: string | undefined;
  streamAt?: Instant;
  /** An event takes one answer. */
  answered?: boolean;
}

interface Line {
  readonly socket: WebSocket;
  readonly questions: Map<string, Question>;
}

/** The server's side of all connections of one bot. */
export function botSocket(world: BotWorld) {
  let line: Line | undefined;
  const open = new Set<WebSocket>();
  const faults: BotFaults = {
    silentSubscribes: 0,
    droppedAcks: 0,
    lostFrames: 0,
    refusals: [],
    chunkRefusals: 0,
    deaf: false,
  };
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
    if (frame.cmd === 'aibot_upload_media_chunk' && faults.chunkRefusals > 0) {
      faults.chunkRefusals -= 1;
      return no(-1, 'system error');
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
    if (question?.event !== event || question.answered || world.now() - question.at > life.event)
      return no(846605, 'invalid req_id');
    if (event === 'template_card_event') {
      const card = cardIn(body);
      if (card && question.task !== undefined && card.task_id !== question.task) return no(42016, 'task_id not found');
    }
    const how = event === 'enter_chat' ? 'welcome' : 'card-update';
    const taken = how === 'welcome' ? ['text', 'template_card'].includes(String(body.msgtype)) : body.response_type;
    if (!taken) return no(40008, 'invalid msgtype');
    const done = deliver(question.chat, how, body, textIn(body) ?? '');
    question.answered = done.errcode === 0;
    return done;
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
    const trouble = mediaTrouble(world, String(body.msgtype), body) ?? cardTrouble(how, body);
    if (trouble) return trouble;
    const finished = stream === undefined || (body.stream as { finish?: unknown }).finish === true;
    const msgtype = String(body.msgtype ?? body.response_type);
    world.inbox.push({ at: world.now(), chat, how, msgtype, text, finished, raw: body, ...(stream ? { stream } : {}) });
    return ok;
  }

  /** A task_id is good for one card for ever; a changed card keeps its own. */
  function cardTrouble(how: string, body: Record<string, unknown>): Ack | undefined {
    const card = how === 'card-update' ? undefined : cardIn(body);
    if (!card) return undefined;
    if (!/^[0-9A-Za-z_\-@]{1,128}$/.test(card.task_id ?? '') || world.tasks.has(card.task_id!))
      return no(42014, 'invalid task_id');
    world.tasks.add(card.task_id!);
    return undefined;
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
      const told = body.event as { eventtype?: string; template_card_event?: { task_id?: string } } | undefined;
      const event = told?.eventtype;
      const reqId = opaqueId();
      line.questions.set(reqId, { chat, at: world.now(), event, task: told?.template_card_event?.task_id });
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
