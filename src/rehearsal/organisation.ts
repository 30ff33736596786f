// Fills a throw-away database with an organisation from a file, whose members have been through the first-contact notice.

import type pg from 'pg';
import { Fault } from '../domain/fault.ts';
import { planImport } from '../domain/import-plan.ts';
import { sayRosterProblem } from '../domain/roster.ts';
import { dayOf } from '../domain/time.ts';
import { readOrganisation } from '../library/roster/read-organisation.ts';
import { readExisting, writeImport } from '../store/organisation.ts';
import { inTransaction } from '../store/transaction.ts';

/** Throws a Fault of code `bad-file` naming every line that is wrong. */
export async function fillOrganisation(pool: pg.Pool, file: string): Promise<void> {
  const now = Date.now();
  const read = await readOrganisation(file, { today: dayOf(now) });
  if (read.kind === 'refused')
    throw new Fault('bad-file', `${file}：${read.problems.map(sayRosterProblem).join('；')}`);
  await inTransaction(pool, async (client) => {
    const planned = planImport(await readExisting(client), read.organisation);
    if (planned.kind === 'refused')
      throw new Fault('bad-file', `${file}：${planned.problems.map(sayRosterProblem).join('；')}`);
    await writeImport(client, planned.plan, now);
    await client.query(`update member set noticed_at = '2000-01-01T00:00:00Z'`);
  });
}
