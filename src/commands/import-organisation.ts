// Brings an organisation file into the database: read, planned, written, all or nothing. The command `import` and the sample use it.

import type pg from 'pg';
import { Fault } from '../domain/fault.ts';
import type { ImportPlan } from '../domain/import-plan.ts';
import { planImport } from '../domain/import-plan.ts';
import { sayRosterProblem } from '../domain/roster.ts';
import { dayOf } from '../domain/time.ts';
import { readOrganisation } from '../library/roster/read-organisation.ts';
import { readExisting, writeImport } from '../store/organisation.ts';
import { inTransaction } from '../store/transaction.ts';

export interface ImportOptions {
  /** Where the branches of a sheet are looked for, and the branch itself when the sheet has no branch column. */
  readonly unit?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface Imported {
  readonly plan: ImportPlan;
  readonly notes: readonly string[];
}

/** Throws a Fault of code `bad-file` with one line for each wrong row; then nothing was imported. */
export async function importOrganisation(
  pool: pg.Pool,
  file: string,
  { unit, dryRun }: ImportOptions,
): Promise<Imported> {
  const now = Date.now();
  const read = await readOrganisation(file, { today: dayOf(now), ...(unit === undefined ? {} : { unit }) });
  if (read.kind === 'refused') throw new Fault('bad-file', read.problems.map(sayRosterProblem).join('\n'));
  return inTransaction(pool, async (client) => {
    const planned = planImport(await readExisting(client), read.organisation, { unit });
    if (planned.kind === 'refused') throw new Fault('bad-file', planned.problems.map(sayRosterProblem).join('\n'));
    if (!dryRun) await writeImport(client, planned.plan, now);
    return { plan: planned.plan, notes: [...read.notes, ...planned.plan.notes] };
  });
}
