// The entries of one register that this reader may see: `entries/<register>`. Never those of another unit.

import { maySee } from '../../domain/register.ts';
import type { View } from './view.ts';

const mostShown = 20;

/** `{all, more}`: the newest twenty, and how many older ones there are. */
export const entries: View = async ({ client, library, unit, member }, argument) => {
  const register = library.registers.get(argument)!;
  const { rows } = await client.query(
    `select id, kind, unit, member, state, title as heading, created_by as by, body from record
      where kind = $1 and unit = $2 order by created_at desc, id desc limit 200`,
    [register.register, unit.id],
  );
  // What a writer has taken back is there for the writer only.
  const seen = rows.filter(
    ({ by, state, body }) => maySee(register, member, by, body.seen) && (state !== 'withdrawn' || by === member.id),
  );
  return {
    all: seen.slice(0, mostShown).map((row) => ({ ...row, stateWord: register.states[row.state] ?? row.state })),
    more: Math.max(0, seen.length - mostShown),
  };
};
