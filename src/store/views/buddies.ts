// Who may report for whom: an elder's buddy, named by the elder or with the elder's consent. Shows a helper nothing of what the elder has reported otherwise.

import { addDays, dayOf } from '../../domain/time.ts';
import type { View } from './view.ts';

/** `{helping: [{id, name}], helpers: [{id, name}], links: [{id, name, member, body}], done: [{on, who, what}]}`; `done` is what others entered for this member in a year. */
export const buddies: View = async ({ client, library, member, now }) => {
  const { rows } = await client.query<{ id: string; elder: string; helper: string; elder_name: string; name: string }>(
    `select r.id, e.id as elder, h.id as helper, e.name as elder_name, h.name from record r
        join member e on e.id = r.member join member h on h.id = r.body->>'helper'
      where r.kind = 'buddy' and r.state = 'active' and e.left_at is null and h.left_at is null
        and (e.id = $1 or h.id = $1) order by r.created_at`,
    [member.id],
  );
  const { rows: done } = await client.query<{ on: string; who: string; kind: string; what: string | null }>(
    `select coalesce(f.on_day, (f.at at time zone 'Asia/Shanghai')::date) as on, m.name as who, f.kind, f.data->>'what' as what
      from fact f join member m on m.id = f.recorded_by
      where f.member = $1 and f.recorded_by <> $1 and f.at > $2::date and not exists (select 1 from fact c where c.corrects = f.id)
      order by f.id desc limit 10`,
    [member.id, addDays(dayOf(now), -370)],
  );
  return {
    helping: rows.filter(({ helper }) => helper === member.id).map((row) => ({ id: row.elder, name: row.elder_name })),
    helpers: rows.filter(({ elder }) => elder === member.id).map((row) => ({ id: row.helper, name: row.name })),
    links: rows.map((row) => ({
      id: row.id,
      name: row.elder === member.id ? row.name : row.elder_name,
      member: row.elder,
      helper: row.helper,
    })),
    done: done.map(({ on, who, kind, what }) => ({
      on,
      who,
      what: `${library.labels.factKind(kind as never)}${what ? `：${what}` : ''}`,
    })),
  };
};
