// Loads the sample organisation, and only into an empty database.

import path from 'node:path';
import { home } from '../library/library.ts';
import type { Database } from '../store/database.ts';
import { importOrganisation } from './import-organisation.ts';

/** Does nothing where there is any unit already. */
export async function loadSample({ pool }: Pick<Database, 'pool'>): Promise<void> {
  const { rowCount } = await pool.query('select 1 from unit limit 1');
  if (rowCount) return;
  await importOrganisation(pool, path.join(home, 'content/sample/organisation.yaml'), {});
}
