// Answers of the AI bot in callback mode that are not ready at once: WeCom asks for them again and again, and any process may be asked. Forgotten after six minutes.

import { minute } from '../../domain/time.ts';
import type { Draft, Inbound, Reply } from '../channel.ts';
import type { BotLog } from './connection.ts';
import { messageOf, streamOf, streamReply, streamState } from './reply.ts';

/** WeCom asks until so long after the person's message, in milliseconds (W101031). */
export const streamLife = 6 * minute;

/** How long a stream that began in another process is waited for, in milliseconds: the other one may be at it, or dead. */
const otherPatience = minute;

/** What people read when there is no answer of the turn to show. */
const words = {
  wait: '正在处理，请稍等。',
  nothing: '收到了。',
  lost: '刚才这条没有处理好，请再发一次。',
};

export interface StreamParts {
  /** Takes what nobody asked for in time, so that the outbox says it. */
  readonly later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  /** What a message was answered, whichever process took it; undefined = it is not taken yet. Absent = only this process answers. */
  readonly answerTo?: ((messageId: string) => Promise<readonly Draft[] | undefined>) | undefined;
  readonly log: BotLog;
}

export interface BotStreams {
  /** Keeps the answer of a message under its stream; a repeat of the message finds the stream that is there. */
  begin(inbound: Inbound, work: () => Promise<Reply>): Begun;
  /**
   * How a stream stands, for the one who asks. One that began in another process, or before this one began, ends as its message was answered; one
   * of which nobody knows ends with an apology, or clients would wait for six minutes.
   */
  state(stream: string): Promise<Readonly<Record<string, unknown>>>;
}

export interface Begun {
  /** Resolves when the turn has answered or was given up; never rejects. */
  readonly settled: Promise<void>;
  /** What to answer now; undefined = there is nothing to say, and nobody was told to wait. */
  answer(): Readonly<Record<string, unknown>> | undefined;
}

interface Stream {
  readonly inbound: Inbound;
  settled: Promise<void>;
  /** Undefined = not ready. */
  ready?: Ready;
  waits: boolean;
  told: boolean;
}

interface Ready {
  /** The final state; undefined = nothing to say. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly drafts: readonly Draft[];
  readonly rest: readonly Draft[];
}

/** A store of streams for one process. */
export function botStreams({ later, answerTo, log }: StreamParts): BotStreams {
  const streams = new Map<string, Stream>();
  /** Streams of other processes that are waited for. */
  const others = new Map<string, 'waits' | 'lost'>();

  async function settle(id: string, stream: Stream, work: () => Promise<Reply>): Promise<void> {
    try {
      const { drafts } = await work();
      stream.ready = { ...streamReply(drafts, id), drafts };
    } catch (err) {
      log.error({ err, messageId: stream.inbound.messageId }, 'a message to the AI bot failed');
      stream.ready = { body: streamState(id, words.lost, true), drafts: [], rest: [] };
    }
  }

  function leave(inbound: Inbound, drafts: readonly Draft[]): void {
    if (drafts.length === 0) return;
    later(inbound, drafts).catch((err: unknown) =>
      log.error({ err, messageId: inbound.messageId }, 'an answer was lost'),
    );
  }

  function tell(id: string, stream: Stream): Readonly<Record<string, unknown>> {
    const { ready } = stream;
    if (!ready) {
      stream.waits = true;
      return streamState(id, words.wait, false);
    }
    if (!stream.told) leave(stream.inbound, ready.rest);
    stream.told = true;
    return ready.body ?? streamState(id, words.nothing, true);
  }

  async function stateElsewhere(id: string): Promise<Readonly<Record<string, unknown>>> {
    const messageId = messageOf(id);
    if (messageId === undefined || !answerTo) return streamState(id, words.lost, true);
    try {
      const drafts = await answerTo(messageId);
      if (drafts) return streamReply(drafts, id).body ?? streamState(id, words.nothing, true);
    } catch (err) {
      log.warn({ err }, 'the answer to a message could not be looked up');
    }
    const known = others.get(id);
    if (known === undefined) {
      others.set(id, 'waits');
      setTimeout(() => others.set(id, 'lost'), otherPatience).unref();
      setTimeout(() => others.delete(id), streamLife).unref();
    }
    return known === 'lost' ? streamState(id, words.lost, true) : streamState(id, words.wait, false);
  }

  return {
    begin(inbound, work) {
      const id = streamOf(inbound.messageId);
      const known = streams.get(id);
      const stream: Stream = known ?? { inbound, settled: Promise.resolve(), waits: false, told: false };
      if (!known) {
        streams.set(id, stream);
        stream.settled = settle(id, stream, work);
        setTimeout(async () => {
          streams.delete(id);
          await stream.settled;
          if (!stream.told) leave(inbound, stream.ready?.drafts ?? []);
        }, streamLife).unref();
      }
      const isSilent = () => stream.ready !== undefined && !stream.ready.body && !stream.waits;
      return { settled: stream.settled, answer: () => (isSilent() ? undefined : tell(id, stream)) };
    },
    async state(id) {
      const stream = streams.get(id);
      return stream ? tell(id, stream) : stateElsewhere(id);
    },
  };
}
