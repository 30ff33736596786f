// The task_id of a card, from which the message it came with is found again. Pure; looks nothing up.

import { createHash } from 'node:crypto';

/** What a card came with: a row of the outbox, or the answer to a message of the person. */
export type CardSource = { readonly row: number } | { readonly messageId: string };

/** W90236: most characters of a task_id, of `[0-9A-Za-z_-@]`. It may be used once for ever. */
const longest = 128;

/** For a card that the outbox sends. Serials of a later installation begin again, so whom it is for and what stands on it go in too. */
export function rowCardId(serial: number, account: string, card: unknown): string {
  return `z${serial}-${digest(JSON.stringify([account, card])).slice(0, 16)}`;
}

/** For a card that answers a message. An id too long to stand in it is not found again. */
export function answerCardId(messageId: string): string {
  const id = `a-${Buffer.from(messageId).toString('base64url')}`;
  return id.length <= longest ? id : `x-${digest(messageId)}`;
}

/** What a card of ours came with; undefined = not ours, or not to be found again. */
export function cardSource(taskId: string): CardSource | undefined {
  const row = /^z(\d{1,15})-[0-9a-f]{16}$/.exec(taskId);
  if (row) return { row: Number(row[1]) };
  const answer = /^a-([\w-]+)$/.exec(taskId);
  return answer ? { messageId: Buffer.from(answer[1]!, 'base64url').toString() } : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
