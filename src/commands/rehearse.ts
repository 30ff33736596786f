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
  /** True = seed 1. */
  readonly lively?: string | true;
  readonly json?: boolean;
}

export async function rehearse({ from, days, org, packs, lively, json }: RehearseArguments): Promise<void> {
  const count = Number(days);
  if (!isDay(from)) throw new Fault('bad-file', `--from 要写成 2026-12-01 这样的日期，不是“${from}”`);
  if (!Number.isInteger(count) || count < 1 || count > 800)
    throw new Fault('bad-file', `--days 要是1到800之间的整数，不是“${days}”`);
  const seed = lively === undefined ? undefined : lively === true ? 1 : Number(lively);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
    throw new Fault('bad-file', `--lively 后面是一个不小于0的整数，不是“${lively}”`);
  const notes = await run({ from, days: count, org, packs, lively: seed }, (message) => {
    process.stdout.write(json ? `${JSON.stringify(message)}\n` : asText(message));
  });
  for (const note of notes) process.stderr.write(`${note}\n`);
}

function asText({ at, to, kind, text, said }: Rehearsed): string {
  const asked = said === undefined ? '' : `“${said}” → `;
  return `${at.slice(0, 16).replace('T', ' ')}  ${to}  [${kind}]\n    ${asked}${text.replaceAll('\n', '\n    ')}\n`;
}
