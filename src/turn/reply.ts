// Sorts what is to be said: into the exchange that brought the message as far as it fits there, the rest into the outbox.

import type { Inbound, Reply } from '../channels/channel.ts';
import { draftAsText } from '../channels/draft-text.ts';
import type { Event } from '../dialogue/session.ts';
import type { Draft } from '../domain/message.ts';
import { accountKey } from '../domain/organisation.ts';
import type { OutboxRow } from '../store/outbox-rows.ts';
import type { Asked } from './answer-one.ts';

type Say = Event & { readonly kind: 'say' };

/** `reply` is for the place the message came from; private words to somebody who spoke in a group go through the outbox. */
export function replyTo(
  events: readonly Event[],
  { now, member, pending }: Asked,
  inbound: Inbound,
): { reply: Reply; outbox: OutboxRow[] } {
  const says = events.filter((event): event is Say => event.kind === 'say');
  const here = merge(says.filter((event) => event.where === inbound.place.kind));
  const elsewhere = merge(says.filter((event) => event.where !== inbound.place.kind));
  const room = pending.exchange?.bytes ?? Number.POSITIVE_INFINITY;
  const [first, rest] = fitting(here, room);
  const row = {
    channel: inbound.channel,
    kind: 'reply' as const,
    unit: member.unit,
    dueAt: now,
    expiresAt: null,
    duty: null,
    record: null,
  };
  const privately = (draft: Draft): OutboxRow => ({
    ...row,
    members: [member.id],
    accounts: [accountKey(inbound.channel, inbound.account)],
    group: null,
    draft,
  });
  const inGroup = (draft: Draft, group: string): OutboxRow => ({ ...row, members: [], accounts: [], group, draft });
  const { place } = inbound;
  return {
    reply: { drafts: first },
    outbox: [
      ...rest.map((draft) => (place.kind === 'group' ? inGroup(draft, place.group) : privately(draft))),
      ...(place.kind === 'group' ? elsewhere.map(privately) : []),
    ],
  };
}

/** Says that follow each other become one message; a title or buttons close it. */
export function merge(says: readonly Say[]): Draft[] {
  const drafts: Draft[] = [];
  for (const { text, title, buttons } of says) {
    const last = drafts.at(-1);
    if (last && !title && !last.buttons && !last.title) {
      drafts[drafts.length - 1] = {
        ...last,
        text: `${last.text}\n${text}`,
        ...(buttons.length > 0 ? { buttons } : {}),
      };
    } else drafts.push({ text, ...(title ? { title } : {}), ...(buttons.length > 0 ? { buttons } : {}) });
  }
  return drafts;
}

/** As many drafts, in order, as fit into so many bytes of text. */
function fitting(drafts: readonly Draft[], room: number): [Draft[], Draft[]] {
  let used = 0;
  const count = drafts.findIndex((draft) => {
    used += Buffer.byteLength(draftAsText(draft)) + 1;
    return used > room;
  });
  return count === -1 ? [[...drafts], []] : [drafts.slice(0, count), drafts.slice(count)];
}
