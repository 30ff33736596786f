// The digest on demand: last week and this one until today, for those who may see the branch.

import { periodSoFar } from '../../domain/digest-schedule.ts';
import { digestText } from '../../domain/digest-text.ts';
import { dayOf } from '../../domain/time.ts';
import { readDigest } from '../digest.ts';
import type { View } from './view.ts';

/** `{text}` */
export const digest: View = async ({ client, library, units, unit, now, cipher }) => ({
  text: digestText(await readDigest(client, library, units, unit, periodSoFar(dayOf(now)), now, cipher)),
});
