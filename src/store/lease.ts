// A lease of one name for all processes together, measured by the clock of the database. It ends by itself when its holder dies.

import type pg from 'pg';

/** The lease called `name`, as the owner of the AI bot asks for it (channels/wecom-bot/owner.ts). */
export function leaseOf(pool: pg.Pool, name: string) {
  return {
    /** Takes or prolongs it for `length` milliseconds from now; false = another holder has it. */
    async take(holder: string, length: number): Promise<boolean> {
      const { rowCount } = await pool.query(
        `insert into lease (name, holder, until) values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
          on conflict (name) do update set holder = excluded.holder, until = excluded.until
            where lease.holder = excluded.holder or lease.until <= clock_timestamp()`,
        [name, holder, length],
      );
      return (rowCount ?? 0) > 0;
    },
    /** Gives it back, if this holder has it. */
    async release(holder: string): Promise<void> {
      await pool.query('delete from lease where name = $1 and holder = $2', [name, holder]);
    },
  };
}
