// The entries of one register that this reader may see: `entries/<register>`. Never those of another unit.

import { maySee, readsFromAbove } from '../../domain/register.ts';
import { tallyOf } from '../../domain/register-tally.ts';
import { dayOf } from '../../domain/time.ts';
import type { View } from './view.ts';

const mostShown = 20;

/** `{all, more, tally}`: the newest twenty, and how many older ones there are. */
export const entries: View = async ({ client, library, unit, units, member, now }, argument) => {
  const register = library.registers.get(argument)!;
  const mayRead =
    !register.selected ||
    units.settings(unit.id).selected.includes(register.register) ||
    register.who.some((role) => member.roles.includes(role));
  if (!mayRead) return { all: [], tally: [], more: 0 };
  const fromAbove = readsFromAbove(register, member);
  const scope = fromAbove ? units.below(unit.id) : register.down ? units.above(unit.id) : [unit];
  const { rows } = await client.query(
    `select id, kind, unit, member, state, title as heading, created_by as by, body, to_char(created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as written from record
      where kind = $1 and unit = any($2::text[]) and ($3::text is null or created_by = $3)
        and (member is not null) = $4
      order by created_at desc, id desc limit 200`,
    [
      register.register,
      scope.map(({ id }) => id),
      register.seen_by === 'self' ? member.id : null,
      register.about === 'member',
    ],
  );
  // What a writer has taken back is there for the writer only.
  const seen = rows.filter(
    ({ by, state, body, unit: from }) =>
      ((fromAbove && from !== unit.id) || maySee(register, member, by, body.seen)) &&
      (state !== 'withdrawn' || by === member.id),
  );
  return {
    all: seen.slice(0, mostShown).map((row) => ({
      ...row,
      stateWord: register.states[row.state] ?? row.state,
      // Which unit it is from, where several are seen.
      from: row.unit !== unit.id ? (units.byId.get(row.unit)?.name ?? null) : null,
    })),
    tally: tallyOf(register, seen, dayOf(now)),
    more: Math.max(0, seen.length - mostShown),
  };
};

/** The member's own problems that are still open: `{open, only, list}`, newest first. */
export const ownProblems: View = async ({ client, unit, member }) => {
  const { rows } = await client.query(
    `select id, kind, unit, member, state, title as heading, created_by as by, body from record
      where kind = 'problem' and unit = $1 and member = $2 and state = 'open' order by created_at desc, id desc limit 9`,
    [unit.id, member.id],
  );
  return { open: rows.length > 0, only: rows.length === 1, list: rows };
};
