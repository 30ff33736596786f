// `zhibu rehearse`: prints what everybody would receive in a period, without sending anything.

import { Fault } from '../domain/fault.ts';
import { isDay } from '../domain/time.ts';
import type { Rehearsed } from '../rehearsal/rehearse.ts';
import { rehearse as run } from '../rehearsal/rehearse.ts';

export interface RehearseArguments {
  readonly from: string;
  readonly days: string;
  readonly org?: string;
  /** Folder of a district's own programmes. */
  readonly packs?: string;
  readonly json?: boolean;
}

export async function rehearse({ from, days, org, packs, json }: RehearseArguments): Promise<void> {
  const count = Number(days);
  if (!isDay(from)) throw new Fault('bad-file', `--from 要写成 2026-12-01 这样的日期，不是“${from}”`);
  if (!Number.isInteger(count) || count < 1 || count > 800)
    throw new Fault('bad-file', `--days 要是1到800之间的整数，不是“${days}”`);
  const notes = await run({ from, days: count, org, packs }, (message) => {
    process.stdout.write(json ? `${JSON.stringify(message)}\n` : asText(message));
  });
  for (const note of notes) process.stderr.write(`${note}\n`);
}

function asText({ at, to, kind, text }: Rehearsed): string {
  return `${at.slice(0, 16).replace('T', ' ')}  ${to}  [${kind}]\n    ${text.replaceAll('\n', '\n    ')}\n`;
}
