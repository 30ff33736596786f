// Sorts what is to be said: into the exchange that brought the message as far as it fits there, the rest into the outbox.

import type { Inbound, Reply } from '../channels/channel.ts';
import { draftAsText } from '../channels/draft-text.ts';
import { splitText } from '../channels/split-text.ts';
import type { Event } from '../dialogue/session.ts';
import type { Draft } from '../domain/message.ts';
import { accountKey } from '../domain/organisation.ts';
import type { OutboxRow } from '../store/outbox-rows.ts';
import type { PrivateWay } from '../store/private-way.ts';
import type { Asked } from './answer-one.ts';

type Say = Event & { readonly kind: 'say' };

/** What a turn says; events that say nothing are passed over. */
export interface Said {
  readonly greeting: readonly Event[];
  readonly events: readonly Event[];
}

/** Whether anything is to be said elsewhere than where the message came from. */
export function goesOnElsewhere({ greeting, events }: Said, { place }: Inbound): boolean {
  return [...greeting, ...events].some((event) => event.kind === 'say' && event.where !== place.kind);
}

/**
 * What is left where no door may write to the person in private: what is said in the group, with `first` (please write to me first) in place of
 * `onward` (it goes on in private). The notice of first contact is left for the next time.
 */
export function inGroupOnly({ events }: Said, onward: string, first: string): Said {
  const here = events.filter((event): event is Say => event.kind === 'say' && event.where === 'group');
  const asks = events.some((event) => event.kind === 'say' && event.where === 'private');
  const others = here.filter(({ text }) => text !== onward);
  return {
    greeting: [],
    events: asks ? [...others, { kind: 'say', where: 'group', text: first, title: null, buttons: [] }] : here,
  };
}

/**
 * `reply` is for the place the message came from; private words to somebody who spoke in a group go through the outbox and the door `privately`.
 * The first-contact notice stands before the answer, or follows through the outbox where both do not fit: the answer to what was said never
 * waits for it.
 */
export function replyTo(
  { greeting, events }: Said,
  { now, member, pending }: Asked,
  inbound: Inbound,
  way: PrivateWay = inbound,
): { reply: Reply; outbox: OutboxRow[] } {
  const says = (some: readonly Event[]) => some.filter((event): event is Say => event.kind === 'say');
  const isHere = ({ where }: Say) => where === inbound.place.kind;
  const room = pending.exchange?.bytes ?? Number.POSITIVE_INFINITY;
  const all = says([...greeting, ...events]);
  const elsewhere = merge(all.filter((say) => !isHere(say)));
  let [first, rest] = fitting(merge(all.filter(isHere)), room);
  if (rest.length > 0 && room > 0 && greeting.length > 0) {
    [first, rest] = fitting(merge(says(events).filter(isHere)), room);
    rest.push(...merge(says(greeting).filter(isHere)));
  }
  const { followsAs = () => false } = pending.exchange ?? {};
  rest.unshift(...first.filter(followsAs));
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
    channel: way.channel,
    members: [member.id],
    accounts: [accountKey(way.channel, way.account)],
    group: null,
    draft,
  });
  const inGroup = (draft: Draft, group: string): OutboxRow => ({ ...row, members: [], accounts: [], group, draft });
  const { place } = inbound;
  return {
    reply: { drafts: first.map((draft) => (followsAs(draft) ? wordsOnly(draft) : draft)) },
    outbox: [
      ...rest.map((draft) => (place.kind === 'group' ? inGroup(draft, place.group) : privately(draft))),
      ...(place.kind === 'group' ? elsewhere.map(privately) : []),
    ],
  };
}

function wordsOnly({ title, text }: Draft): Draft {
  return { ...(title ? { title } : {}), text };
}

/** Says that follow each other become one message; a title, buttons or a checklist close it. */
export function merge(says: readonly Say[]): Draft[] {
  const drafts: Draft[] = [];
  for (const { text, title, buttons, checklist } of says) {
    const last = drafts.at(-1);
    const answers = { ...(buttons.length > 0 ? { buttons } : {}), ...(checklist ? { checklist } : {}) };
    if (last && !title && !last.buttons && !last.checklist && !last.title)
      drafts[drafts.length - 1] = { ...last, text: `${last.text}\n${text}`, ...answers };
    else drafts.push({ text, ...(title ? { title } : {}), ...answers });
  }
  return drafts;
}

/** As many drafts, in order, as fit into so many bytes of text with blank lines between them; the first one is cut where it alone is too long. */
function fitting(drafts: readonly Draft[], room: number): [Draft[], Draft[]] {
  let used = -2;
  const count = drafts.findIndex((draft) => {
    used += Buffer.byteLength(draftAsText(draft)) + 2;
    return used > room;
  });
  if (count === -1) return [[...drafts], []];
  if (count > 0 || room === 0) return [drafts.slice(0, count), drafts.slice(count)];
  const [long, ...others] = drafts as readonly [Draft, ...Draft[]];
  const { title, ...untitled } = long;
  const [head, ...tail] = splitText(long.text, room - (title ? Buffer.byteLength(title) + 1 : 0));
  if (head === undefined) return [[], [...drafts]];
  return [[{ ...(title ? { title } : {}), text: head }], [{ ...untitled, text: tail.join('\n') }, ...others]];
}
