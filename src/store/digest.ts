// One digest from the rows: read and put together for a unit and a period. Sends nothing.

import { buildBranchDigest } from '../domain/digest.ts';
import { buildOverview } from '../domain/digest-overview.ts';
import type { DigestPeriod } from '../domain/digest-schedule.ts';
import type { Digest } from '../domain/digest-text.ts';
import type { Unit } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import type { Library } from '../library/library.ts';
import type { DigestContext } from './digest-context.ts';
import { readDigestFacts } from './digest-facts.ts';
import type { FieldCipher } from './field-cipher.ts';
import type { Units } from './units.ts';

/** Of a branch with names, for its secretary; of a unit above branches counts only. */
export async function readDigest(
  client: DigestContext['client'],
  library: Library,
  units: Units,
  unit: Unit,
  period: DigestPeriod,
  now: Instant,
  cipher: FieldCipher,
): Promise<Digest> {
  const { calendar, sample, labels, registers } = library;
  const facts = await readDigestFacts({ client, units, unit, period, now, calendar, sample, registers, cipher });
  return facts.kind === 'branch' ? buildBranchDigest(facts, labels) : buildOverview(facts);
}
