// Sends to members through a WeCom app. Sends stored bodies byte for byte; whether to try again is for the outbox.

import { z } from 'zod';
import type { Channel, FailureReason, Outcome } from '../channel.ts';
import { composeForGroup, groupSender } from './appchat.ts';
import { cardAsText, type NoticeCard, type TapCard } from './card.ts';
import type { WecomClient } from './client.ts';
import { batch, composeForMembers, ownFileIn } from './compose.ts';
import { type FailureParts, failures } from './failure.ts';
import type { Answer } from './http.ts';
import type { OutgoingFiles } from './media.ts';
import { refusesCards } from './reactions.ts';

export interface WecomChannelParts extends FailureParts {
  readonly agentId: number;
  readonly client: WecomClient;
  /** Files of ours; absent = a message only names its file. */
  readonly files?: OutgoingFiles;
}

/** The door of one self-built app: to members, and to the groups that the app itself made (their `chatid`). */
export function wecomChannel({ agentId, client, files, now, random }: WecomChannelParts): Channel {
  const failed = failures({ now, random });
  const sendToGroup = groupSender(client, { now, random });
  const cards = cardSender(client);

  async function deliver(message: ToMembers, body: string): Promise<Answer | Outcome> {
    if (message.template_card) return cards(message, body);
    const file = message.file && ownFileIn(message.file.media_id);
    if (file === undefined) return client('message/send', body);
    return files ? sendFile(client, files, file, body) : notOurs;
  }

  return {
    name: 'wecom',
    batch,
    groups: true,

    compose(draft, to, serial) {
      if (to.kind === 'group') return composeForGroup(draft, to.group);
      return composeForMembers({ agentId, files: files !== undefined }, draft, to.accounts, serial);
    },

    async send(body) {
      const message = read(body);
      if (!message) return notOurs;
      if ('chatid' in message) return sendToGroup(body);
      const blocked = failed.blocked();
      if (blocked) return blocked;
      const accounts = message.touser.split('|');
      const answer = await deliver(message, body);
      if (answer.kind !== 'silence' && answer.kind !== 'answer') return answer;
      if (answer.kind === 'silence') return failed.of(answer);
      if (answer.code === 0) {
        failed.passed();
        return sent(answer.body, accounts);
      }
      // The call was right, only nobody of these can be reached: each is named, as in a call that reached some.
      if (answer.code === 81013) return { kind: 'sent', failed: failedAccounts(answer.body, accounts, 'not-in-range') };
      return failed.of(answer);
    },

    async changeCard(account, code, words) {
      const change = { userids: [account], agentid: agentId, response_code: code, button: { replace_name: words } };
      const answer = await client('message/update_template_card', JSON.stringify(change));
      return answer.kind === 'answer' && answer.code === 0 ? { kind: 'sent' } : failed.of(answer);
    },

    async recall(reference) {
      const answer = await client('message/recall', JSON.stringify({ msgid: reference }));
      return answer.kind === 'answer' && answer.code === 0 ? { kind: 'sent', reference } : failed.of(answer);
    },
  };
}

const notOurs: Outcome = { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };

/**
 * Sends a body in which one of our files stands, with its media_id put in. A repeat is still the same to the last byte, which WeCom's duplicate
 * check needs: the media_id is kept in the database for nearly three days, and a repeat follows within hours. Only where WeCom does not know it
 * any more (40007, so nothing was delivered with it) does it become another one.
 */
async function sendFile(
  client: WecomClient,
  files: OutgoingFiles,
  file: string,
  body: string,
): Promise<Answer | Outcome> {
  for (let again = false; ; again = true) {
    const got = await files.mediaIdOf(file);
    if ('failed' in got) return got.failed;
    if ('refused' in got) return got.refused;
    const filled = body.replace(JSON.stringify(`file:${file}`), () => JSON.stringify(got.mediaId));
    const answer = await client('message/send', filled);
    if (answer.kind === 'silence' || answer.code !== 40007 || again) return answer;
    await files.forget(file, got.mediaId);
  }
}

const toGroup = z.looseObject({ chatid: z.string().min(1) });

const toMembers = z.looseObject({
  touser: z.string().min(1),
  file: z.object({ media_id: z.string() }).optional(),
  // Written by `composeForMembers` itself.
  template_card: z
    .custom<(TapCard & { task_id: string }) | (NoticeCard & { task_id?: never })>(
      (card) => typeof (card as { card_type?: unknown } | null)?.card_type === 'string',
    )
    .optional(),
});
type ToMembers = z.infer<typeof toMembers>;

function read(body: string): ToMembers | z.infer<typeof toGroup> | undefined {
  try {
    return z.union([toMembers, toGroup]).parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** Cards whose answer was lost and that are remembered, at most. */
const mostUnanswered = 1000;

/**
 * Sends cards, and says them in words where WeCom refuses them. The words are made from the stored card, so that a repeat of them is the same
 * to the last byte too. An app without a callback address (43012) is not tried again with cards until the process starts anew.
 */
function cardSender(client: WecomClient): (message: ToMembers, body: string) => Promise<Answer> {
  let refused = false;
  /** task_ids of cards that may have arrived although nobody said so. */
  const unanswered = new Set<string>();

  async function inWords({ template_card: card, ...frame }: ToMembers): Promise<Answer> {
    return client('message/send', JSON.stringify({ ...frame, msgtype: 'text', text: { content: cardAsText(card!) } }));
  }

  return async (message, body) => {
    if (refused) return inWords(message);
    const { task_id: task } = message.template_card!;
    const answer = await client('message/send', body);
    if (answer.kind === 'silence') {
      if (task !== undefined && unanswered.size < mostUnanswered) unanswered.add(task);
      return answer;
    }
    if (answer.code !== 0 && !refusesCards(answer.code)) return answer;
    const arrived = task !== undefined && unanswered.delete(task);
    if (answer.code === 0) return answer;
    // "This task_id was used before", said of a card whose first answer was lost: it was this one that used it.
    if (answer.code === 42014 && arrived) return { ...answer, code: 0, body: {} };
    if (answer.code === 43012) refused = true;
    return inWords(message);
  };
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
