// The effect of asking for a document of the year: it is made later and sent to the one who asked.

import type { Effect } from './effect.ts';

/** `document` as in domain/book.ts; without `year` the running one; `format` where another than the usual was asked for. */
export const documentAsked: Effect = ({ values, member, unit, key, today, now }) => {
  const { document, year, format } = values as { document: string; year?: string | null; format?: string | null };
  return [
    {
      change: 'task',
      kind: 'document',
      key: `document/${document}/${unit.id}/${key}`,
      body: {
        document,
        unit: unit.id,
        member: member.id,
        year: year || today.slice(0, 4),
        ...(format ? { format } : {}),
      },
      dueAt: now,
    },
  ];
};
