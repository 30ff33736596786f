// Tells open pages what is new in the chats, by Server-Sent Events. Looks at the table, because other processes write there too; writes nothing.

import type { ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Instant } from '../../domain/time.ts';
import { minute } from '../../domain/time.ts';
import type { ChatLine } from '../../store/simulator-chat.ts';
import { chatsAfter } from '../../store/simulator-chat.ts';

export interface ChatStreamParts {
  readonly pool: pg.Pool;
  readonly now: () => Instant;
  readonly log: Pick<Logger, 'warn'>;
  /** Milliseconds between two looks. */
  readonly pollEvery: number;
}

/** One event: new lines of the chats this page shows, the newest line of the bot in every chat that has one, and the clock. */
export interface ChatNews {
  readonly lines: readonly ChatLine[];
  readonly news: Readonly<Record<string, number>>;
  readonly now: Instant;
}

export interface ChatStreams {
  /** Streams what comes behind line `after`; `response` is ours from now on. */
  open(response: ServerResponse, chats: ReadonlySet<string>, after: number): void;
  /** All streams look at once. */
  poke(): void;
  close(): void;
}

/** A line may be committed after one with a higher id: so many are looked at again. */
const overlap = 100;

export function makeChatStreams({ pool, now, log, pollEvery }: ChatStreamParts): ChatStreams {
  const streams = new Set<{ look: () => void; end: () => void }>();

  function open(response: ServerResponse, chats: ReadonlySet<string>, after: number): void {
    let last = after;
    let told = Number.NaN;
    let seen = new Set<number>();
    let timer: NodeJS.Timeout | undefined;
    let looking = false;
    let again = false;

    async function tell(): Promise<void> {
      const found = await chatsAfter(pool, Math.max(0, last - overlap));
      const fresh = found.filter(({ id }) => !seen.has(id));
      const at = now();
      const minuteNow = Math.floor(at / minute);
      if (fresh.length === 0 && minuteNow === told) return;
      told = minuteNow;
      seen = new Set(found.map(({ id }) => id));
      last = Math.max(last, ...seen);
      const data: ChatNews = { lines: fresh.filter(({ chat }) => chats.has(chat)), news: newsOf(fresh), now: at };
      response.write(`id: ${last}\ndata: ${JSON.stringify(data)}\n\n`);
    }

    /** One look at a time; a poke during a look is followed by another. */
    function look(): void {
      again = true;
      if (looking) return;
      looking = true;
      clearTimeout(timer);
      void (async () => {
        while (again && !response.destroyed) {
          again = false;
          await tell().catch((error: unknown) => log.warn({ err: error }, 'the simulator could not read its chats'));
        }
        looking = false;
        if (!response.destroyed) timer = setTimeout(look, pollEvery).unref();
      })();
    }

    const stream = { look, end: () => response.end() };
    streams.add(stream);
    response.on('close', () => {
      clearTimeout(timer);
      streams.delete(stream);
    });
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    look();
  }

  return {
    open,
    poke: () => {
      for (const { look } of streams) look();
    },
    close: () => {
      for (const { end } of streams) end();
    },
  };
}

function newsOf(lines: readonly ChatLine[]): Record<string, number> {
  return Object.fromEntries(lines.filter(({ from }) => from === null).map(({ chat, id }) => [chat, id]));
}
