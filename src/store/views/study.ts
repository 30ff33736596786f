// Today's study card for one member: the released one of the calendar, or a broadcast that takes the day's place.

import { startButton } from '../../dialogue/buttons.ts';
import { textTags } from '../../domain/audience.ts';
import { dayLength, dayOf, instantOf, monthOf } from '../../domain/time.ts';
import { cardFor } from '../../library/study.ts';
import type { View } from './view.ts';

/** `{id, topic, text, question}` or null where the month is not released. */
export const study: View = async ({ client, library, member, now }) => {
  const today = dayOf(now);
  if (!library.sample) {
    const { rows } = await client.query('select 1 from content_release where month = $1 and approved_by is not null', [
      monthOf(today),
    ]);
    if (rows.length === 0) return null;
  }
  const card = cardFor(library.study, today, member.tags);
  if (!card) return null;
  const { rows: read } = await client.query<{ item: string }>({
    name: 'view-study-read',
    text: `select data->>'item' as item from fact f where member = $1 and kind = 'studied' and at > $2
        and not exists (select 1 from fact c where c.corrects = f.id)`,
    values: [member.id, new Date(now - 31 * dayLength)],
  });
  return {
    id: card.id,
    topic: card.topic,
    text: library.cardText(card, textTags(member)),
    question: card.question,
    readItems: read.map(({ item }) => item),
    // 晚点看 brings it once more at six.
    eveningToCome: now < instantOf(today, '18:00'),
    note: startButton('note', { item: card.id }),
  };
};
