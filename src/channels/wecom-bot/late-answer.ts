// Pushes in callback mode: the one late answer that WeCom allows for each message. Without a fresh message there is no way to write.

import { z } from 'zod';
import { hour, type Instant } from '../../domain/time.ts';
import type { BotChats } from './chats.ts';
import type { BotAnswer } from './connection.ts';
import type { BotPush } from './send.ts';

/** How long an address for a late answer is good, in milliseconds (W101138). */
export const answerUrlLife = hour;

/** Whether a `response_url` is one of WeCom's own, below `base` (`WECOM_API_BASE`): nothing else is called. */
export function isAnswerUrl(url: string, base: string): boolean {
  return url.startsWith(`${base.replace(/\/+$/, '')}/cgi-bin/`);
}

export interface LateAnswerParts {
  readonly chats: BotChats;
  readonly now: () => Instant;
  /** Milliseconds for one call. */
  readonly timeout?: number;
}

/** A push for `wecomBotChannel`. An address whose call came to nothing is kept for the next try. */
export function pushByLateAnswer({ chats, now, timeout = 10_000 }: LateAnswerParts): BotPush {
  return async ({ chatid, chat_type, ...content }) => {
    const chat = { kind: chat_type === 2 ? 'group' : 'single', id: chatid } as const;
    const taken = await chats.takeAnswerUrl(chat, now());
    if (!taken) return { kind: 'nowhere', detail: 'nobody wrote here within the last hour' };
    const answer = await post(taken.url, JSON.stringify(content), timeout);
    if (answer.kind === 'silence') await chats.keepAnswerUrl(chat, taken.url, taken.until);
    return answer;
  };
}

const answerBody = z.object({ errcode: z.int(), errmsg: z.string().default('') });

async function post(url: string, body: string, timeout: number): Promise<BotAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      signal: AbortSignal.timeout(timeout),
      redirect: 'error',
    });
    if (response.status !== 200) return { kind: 'silence', detail: `HTTP ${response.status}` };
    const { errcode, errmsg } = answerBody.parse(await response.json());
    return { kind: 'answer', code: errcode, message: errmsg };
  } catch (error) {
    // Messages of fetch may hold the address, and that is a credential.
    return { kind: 'silence', detail: error instanceof Error ? error.name : 'unknown' };
  }
}
