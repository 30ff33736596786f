// Makes duties done by deeds, in the database: as a deed is written, and for duties raised after the deed. Decides nothing by itself.

import type pg from 'pg';
import type { Deed } from '../domain/completion.ts';
import type { Instant } from '../domain/time.ts';

/** Where several deeds are needed: entries of the named register add up to enough since the duty opened. */
const enough = `(duty.details->'at_least' is null or (
  select sum(case when entry.body->>(wanted.field) ~ '^[0-9]+([.][0-9]+)?$' then (entry.body->>(wanted.field))::numeric end)
  from jsonb_to_record(duty.details->'at_least') as wanted(record text, field text, sum numeric)
    join record entry on entry.kind = wanted.record and entry.unit = duty.unit and (duty.member is null or entry.member = duty.member)
      and coalesce(entry.body->>'on', to_char(entry.created_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')) >= duty.details->>'opens'
) >= (duty.details->'at_least'->>'sum')::numeric)`;

/** Open duties that these deeds make done. */
export function completeDuties(client: pg.ClientBase, deeds: readonly Deed[], now: Instant): Promise<unknown> {
  return client.query({
    name: 'complete-duties',
    text: `update duty set state = 'done', state_at = $5
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as deed(key, unit, member, on_day)
      where duty.unit = deed.unit and duty.state = 'open' and duty.details->'done_by' ? deed.key
        and (duty.member is null or duty.member = deed.member)
        and (duty.details->>'opens')::date <= deed.on_day::date and ${enough}`,
    values: [
      deeds.map(({ key }) => key),
      deeds.map(({ unit }) => unit),
      deeds.map(({ member }) => member),
      deeds.map(({ on }) => on),
      new Date(now),
    ],
  });
}

/**
 * Of these duties the open ones for which the deed is there already: what was done before a programme was taken up counts all the same. A record
 * that has gone on from a state has been through it (draft, confirmed, filed, received). Nothing is written down more than a month before its day, so
 * that older facts are not looked at. Returns how many were made done.
 */
export async function settleDuties(
  client: pg.ClientBase | pg.Pool,
  ids: readonly string[],
  now: Instant,
): Promise<number> {
  if (ids.length === 0) return 0;
  const { rowCount } = await client.query({
    name: 'settle-duties',
    text: `update duty set state = 'done', state_at = $2
      where duty.id = any($1::text[]) and duty.state = 'open' and duty.details ? 'done_by' and ${enough} and (
        exists (select 1 from fact f where f.unit = duty.unit and duty.details->'done_by' ? ('fact/' || f.kind)
          and (duty.member is null or f.member = duty.member)
          and f.at >= (duty.details->>'opens')::date - 31
          and coalesce(f.on_day, (f.at at time zone 'Asia/Shanghai')::date) >= (duty.details->>'opens')::date
          and not exists (select 1 from fact c where c.corrects = f.id))
        or exists (select 1 from record r
          cross join lateral unnest(array['', '/' || r.state] || case r.state
            when 'received' then array['/filed', '/confirmed'] when 'filed' then array['/confirmed'] else array[]::text[] end) as been(state)
          where r.unit = duty.unit and duty.details->'done_by' ? ('record/' || r.kind || been.state)
          and (duty.member is null or r.member = duty.member)
          and coalesce(r.body->>'on', to_char(r.updated_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')) >= duty.details->>'opens')
        or exists (select 1 from duty other where other.unit = duty.unit and other.state = 'done' and other.id <> duty.id
          and (duty.details->'done_by' ? ('duty/' || other.programme) or duty.details->'done_by' ? ('duty/' || other.programme || '/' || other.item))
          and (duty.member is null or other.member = duty.member) and other.due_on >= (duty.details->>'opens')::date))`,
    values: [ids, new Date(now)],
  });
  return rowCount ?? 0;
}
