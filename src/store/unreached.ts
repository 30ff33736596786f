// Members whom none of the open doors reaches: they are telephoned or visited.

import type pg from 'pg';

/** In pinyin order, with the names of those who may report for them. */
export async function unreached(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  doors: readonly string[],
): Promise<{ id: string; name: string; helpedBy: string[] }[]> {
  const { rows } = await client.query<{ id: string; name: string; helpedBy: string[] }>({
    name: 'unreached',
    text: `select m.id, m.name, array(select h.name from record r join member h on h.id = r.body->>'helper'
          where r.kind = 'buddy' and r.state = 'active' and r.member = m.id and h.left_at is null) as "helpedBy"
      from member m where m.unit = any($1::text[]) and m.left_at is null
        and not exists (select 1 from account a where a.member = m.id and a.channel = any($2::text[]))
      order by m.name collate "zh-x-icu", m.id`,
    values: [units, doors],
  });
  return rows;
}
