// Sends to members through a WeCom app. Sends stored bodies byte for byte; whether to try again is for the outbox.

import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { hour, type Instant, minute } from '../../domain/time.ts';
import type { Channel, Draft, FailureReason, Outcome, Recipient } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import type { WecomClient } from './client.ts';
import type { Answer } from './http.ts';
import { reactionTo } from './reactions.ts';
import { withoutControls } from './xml.ts';

/** Most accounts of one call (errcode 40032). */
const batch = 1000;

/** Most bytes (UTF-8) of a text (W90236). */
const textLimit = 2048;

export interface WecomChannelParts {
  readonly agentId: number;
  readonly client: WecomClient;
  readonly now: () => Instant;
  /** 0 ≤ x < 1; spreads calls that were too many at a time. */
  readonly random: () => number;
}

/** The door of one self-built app. It cannot write to groups. */
export function wecomChannel({ agentId, client, now, random }: WecomChannelParts): Channel {
  const block = usedUpLimit(now);

  /** The outcome of an answer that is not "done". */
  function failure(answer: Answer): Outcome {
    if (answer.kind === 'silence') return { kind: 'unreachable', detail: answer.detail };
    const detail = `${answer.code} ${answer.message}`;
    const { action, reason } = reactionTo(answer.code);
    switch (action) {
      case 'refresh-token':
      case 'retry':
        return { kind: 'unreachable', detail };
      case 'slow-down':
        return { kind: 'throttled', until: now() + 1000 + Math.floor(random() * 1000), detail };
      case 'wait':
        return { kind: 'throttled', until: block.begin(), detail };
      default:
        return { kind: 'rejected', reason, detail };
    }
  }

  return {
    name: 'wecom',
    batch,
    groups: false,

    compose: (draft, to, serial) => compose(agentId, draft, to, serial),

    async send(body) {
      const accounts = accountsOf(body);
      if (!accounts) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const until = block.until();
      if (until !== undefined) return { kind: 'throttled', until, detail: '45009 still blocked' };
      const answer = await client('message/send', body);
      if (answer.kind === 'silence') return failure(answer);
      if (answer.code === 0) {
        block.end();
        return sent(answer.body, accounts);
      }
      // The call was right, only nobody of these can be reached: each is named, as in a call that reached some.
      if (answer.code === 81013) return { kind: 'sent', failed: failedAccounts(answer.body, accounts, 'not-in-range') };
      return failure(answer);
    },

    async recall(reference) {
      const answer = await client('message/recall', JSON.stringify({ msgid: reference }));
      return answer.kind === 'answer' && answer.code === 0 ? { kind: 'sent', reference } : failure(answer);
    },
  };
}

function compose(agentId: number, draft: Draft, to: Recipient, serial: number): string[] {
  if (to.kind === 'group') throw new Fault('broken', '企业微信应用不能往群里发消息');
  if (!to.accounts.every(isAccount)) throw new Fault('broken', '收件人里有不能用的企业微信账号');
  const texts = splitText(withoutControls(draftAsText(draft)), textLimit);
  const bodies: string[] = [];
  for (let first = 0; first < to.accounts.length; first += batch) {
    const touser = to.accounts.slice(first, first + batch).join('|');
    texts.forEach((content, part) => {
      bodies.push(
        JSON.stringify({
          touser,
          msgtype: 'text',
          agentid: agentId,
          text: { content },
          enable_duplicate_check: 1,
          duplicate_check_interval: interval(serial, part),
        }),
      );
    });
  }
  return bodies;
}

/** `@all` and `|` would reach people nobody meant. */
function isAccount(account: string): boolean {
  return /^[A-Za-z0-9_.@-]{1,64}$/.test(account) && account.toLowerCase() !== '@all';
}

/**
 * How long WeCom keeps an equal message back, in seconds: at least ten minutes (a repeat after a crash comes within minutes), at most the
 * 14,400 that it allows. It differs between messages and between the parts of one, so that an equal text that is wanted is not kept back.
 */
function interval(serial: number, part: number): number {
  return 600 + (serial % 600) + 600 * (part % 22);
}

const stored = z.object({ touser: z.string().min(1) });

function accountsOf(body: string): string[] | undefined {
  try {
    return stored.parse(JSON.parse(body)).touser.split('|');
  } catch {
    return undefined;
  }
}

const sentBody = z.object({
  msgid: z.string().optional().catch(undefined),
  invaliduser: z.string().catch(''),
  unlicenseduser: z.string().catch(''),
});

function sent(body: Readonly<Record<string, unknown>>, accounts: readonly string[]): Outcome {
  const { msgid } = sentBody.parse(body);
  const failed = failedAccounts(body, accounts);
  return { kind: 'sent', ...(msgid ? { reference: msgid } : {}), ...(failed.length ? { failed } : {}) };
}

/** Who did not get it. WeCom writes accounts in lower case; they come back as we wrote them. `others` is the reason of all it does not name. */
function failedAccounts(
  body: Readonly<Record<string, unknown>>,
  accounts: readonly string[],
  others?: FailureReason,
): { account: string; reason: FailureReason }[] {
  const { invaliduser, unlicenseduser } = sentBody.parse(body);
  const reasons = new Map<string, FailureReason>();
  for (const account of invaliduser.split('|')) reasons.set(account.toLowerCase(), 'not-in-range');
  for (const account of unlicenseduser.split('|')) reasons.set(account.toLowerCase(), 'no-licence');
  return accounts.flatMap((account) => {
    const reason = reasons.get(account.toLowerCase()) ?? others;
    return reason ? [{ account, reason }] : [];
  });
}

/** How long a used-up limit (45009) keeps us quiet: a minute, doubled each time it is still used up afterwards, at most an hour. */
function usedUpLimit(now: () => Instant) {
  let length = 0;
  let end: Instant = Number.NEGATIVE_INFINITY;
  return {
    /** The end of the running block. */
    until: (): Instant | undefined => (now() < end ? end : undefined),
    /** Begins a block, unless one is running: many calls that were under way find the same limit. */
    begin(): Instant {
      if (now() >= end) {
        length = Math.min(Math.max(length * 2, minute), hour);
        end = now() + length;
      }
      return end;
    },
    /** A message went through. */
    end(): void {
      if (now() >= end) length = 0;
    },
  };
}
