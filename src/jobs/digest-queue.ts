// Queues the digests that are due at one moment, one task each; the key makes ringing twice harmless.

import type { Instant } from '../domain/time.ts';
import { inTransaction } from '../store/transaction.ts';
import { writeChanges } from '../store/write-changes.ts';
import { digestsDue } from './digest.ts';
import type { JobParts } from './parts.ts';

export async function queueDigests(parts: JobParts, at: Instant): Promise<void> {
  const units = await parts.units.newest(parts.pool);
  const due = digestsDue(units, parts.library.calendar, at - 1, at);
  if (due.length === 0) return;
  await inTransaction(parts.pool, (client) =>
    writeChanges(
      client,
      due.map(({ unit, week }) => ({
        change: 'task',
        kind: 'digest',
        key: `digest/${unit}/${week}`,
        body: { unit, week },
        dueAt: at,
      })),
      { now: parts.clock(), doors: parts.doors, units },
    ),
  );
}
