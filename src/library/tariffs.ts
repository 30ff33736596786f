// Reads content/tariffs/*.yaml: how a document of some issuer turns one's own facts into points. Adds up one person's facts only, never several people's.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { factKinds } from '../domain/change.ts';
import { Fault } from '../domain/fault.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const tariffForm = z.strictObject({
  tariff: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string().min(1).max(20),
  /** Issuer and year. */
  source: z.string().min(4).max(120),
  rules: z
    .array(
      z.strictObject({
        fact: z.enum(factKinds),
        label: z.string().min(1).max(12),
        points: z.number().min(0).max(100),
        /** `each`: for each fact; `hour`: for each hour it says. */
        per: z.enum(['each', 'hour']).default('each'),
        /** No more than so many in a year. */
        most: z.number().min(0).max(1000).optional(),
      }),
    )
    .min(1),
});
export type Tariff = z.infer<typeof tariffForm>;

export interface OwnPoints {
  readonly lines: readonly { readonly label: string; readonly count: number; readonly points: number }[];
  readonly sum: number;
}

/** What these facts of one person come to. */
export function pointsFor(
  { rules }: Tariff,
  facts: readonly { readonly kind: string; readonly data: Readonly<Record<string, unknown>> }[],
): OwnPoints {
  const lines = rules.flatMap(({ fact, label, points, per, most = Number.POSITIVE_INFINITY }) => {
    const meant = facts.filter(({ kind }) => kind === fact);
    const units = per === 'each' ? meant.length : meant.reduce((sum, { data }) => sum + Number(data.hours ?? 0), 0);
    const earned = Math.min(most, Math.round(units * points * 10) / 10);
    return meant.length === 0 ? [] : [{ label, count: meant.length, points: earned }];
  });
  return { lines, sum: Math.round(lines.reduce((sum, { points }) => sum + points, 0) * 10) / 10 };
}

/** By name; throws a Fault of code `bad-content` with file and line. */
export function loadTariffs(contentDir: string): ReadonlyMap<string, Tariff> {
  const { tariffs, problems } = readTariffs(contentDir);
  if (problems.length > 0) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return tariffs;
}

export function lintTariffs(contentDir: string): Problem[] {
  return readTariffs(contentDir).problems;
}

function readTariffs(contentDir: string): { tariffs: Map<string, Tariff>; problems: Problem[] } {
  const folder = path.join(contentDir, 'tariffs');
  const tariffs = new Map<string, Tariff>();
  const problems: Problem[] = [];
  if (!existsSync(folder)) return { tariffs, problems };
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    const read = readYaml(file, tariffForm);
    if ('problems' in read) problems.push(...read.problems);
    else if (`${read.value.tariff}.yaml` !== name)
      problems.push({ file, ...read.at(['tariff']), message: '编号要和文件名一样' });
    else tariffs.set(read.value.tariff, read.value);
  }
  return { tariffs, problems };
}
