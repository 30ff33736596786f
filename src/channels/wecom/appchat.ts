// Messages to the groups that the app made (appchat): the app writes there and never hears what people answer, so nothing is asked. No cards, no recall.

import { Fault } from '../../domain/fault.ts';
import type { Draft, Outcome } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import type { WecomClient } from './client.ts';
import { type FailureParts, failures } from './failure.ts';
import { withoutControls } from './xml.ts';

/** Most bytes (UTF-8) of a text (W90248). */
const textLimit = 2048;

/** The texts of a draft for a group where nobody is heard: buttons and lists would ask for answers that never arrive. */
export function textsForMuteGroup({ buttons: _pressed, checklist: _ticked, ...draft }: Draft): string[] {
  return splitText(withoutControls(draftAsText(draft)), textLimit);
}

/** The bodies for `appchat/send`. There is no duplicate check here: a repeat after a lost answer is seen twice. */
export function composeForGroup(draft: Draft, chatId: string): string[] {
  if (!/^[0-9A-Za-z]{1,32}$/.test(chatId)) throw new Fault('broken', '企业微信群的编号只能是32个以内的字母和数字');
  return textsForMuteGroup(draft).map((content) =>
    JSON.stringify({ chatid: chatId, msgtype: 'text', text: { content }, safe: 0 }),
  );
}

/**
 * Codes that speak of one group (unknown, dissolved, another app's) or of groups at all (48002: the app's range is not the whole corp).
 * They must not make the door rest, through which members are reached all the same.
 */
const onlyThisGroup = new Set([40050, 48002, 49008, 86001, 86003, 86008]);

/** A limit of groups is theirs alone: members are reached through this door all the same. */
export function ofOneGroup(outcome: Outcome): Outcome {
  return outcome.kind === 'throttled' ? { ...outcome, scope: 'recipient' } : outcome;
}

/** Sends one body to its group. */
export function groupSender(client: WecomClient, parts: FailureParts): (body: string) => Promise<Outcome> {
  const failed = failures(parts);
  return async (body) => {
    const blocked = failed.blocked();
    if (blocked) return ofOneGroup(blocked);
    const answer = await client('appchat/send', body);
    if (answer.kind === 'answer' && answer.code === 0) {
      failed.passed();
      return { kind: 'sent' };
    }
    const outcome = failed.of(answer);
    const lost = answer.kind === 'answer' && onlyThisGroup.has(answer.code);
    return lost && outcome.kind === 'rejected' ? { ...outcome, reason: 'unknown-account' } : ofOneGroup(outcome);
  };
}
