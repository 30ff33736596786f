// Tells those who look after the service that a door needs them, through another door. Says nothing of members.

import type { ChannelName } from '../domain/organisation.ts';
import { dayLength } from '../domain/time.ts';
import { insertOutbox, rowsFor } from '../store/outbox-rows.ts';
import type { JobParts } from './parts.ts';

/** Resolves to how many of them can be told: who is reached only through the door in question, or not at all, sees it on the console. */
export async function tellOperators(
  { pool, units, doors, clock }: JobParts,
  text: string,
  about: ChannelName,
): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from member where 'operator' = any(roles) and left_at is null`,
  );
  const others = { doors: doors.doors.filter(({ name }) => name !== about) };
  const now = clock();
  const message = {
    change: 'message',
    to: { members: rows.map(({ id }) => id) },
    kind: 'notice',
    draft: { text },
    expiresAt: now + dayLength,
  } as const;
  const reached = (await rowsFor(pool, [message], others, await units.newest(pool), now)).filter(
    ({ channel }) => channel !== 'none',
  );
  await insertOutbox(pool, reached, now);
  return reached.reduce((count, { members }) => count + members.length, 0);
}
