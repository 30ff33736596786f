// Members who left and came back, and what is forgotten of them in the end. Leaving erases nobody; forgetting does, and keeps the branch's own counts.

import type pg from 'pg';
import type { LeftWhy } from '../domain/contact-change.ts';
import type { MemberId, UnitId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { inTransaction } from './transaction.ts';

/**
 * Marks a member as left at `at`, inside the caller's transaction: what waits to be sent is taken back, conversations and logins end. One who had
 * left before keeps the day of then.
 */
export async function markLeft(
  client: pg.ClientBase,
  member: MemberId,
  { why, at, now }: { readonly why: LeftWhy; readonly at: Instant; readonly now: Instant },
): Promise<void> {
  const values = [member, new Date(now)];
  await client.query('update member set left_at = coalesce(left_at, $2), left_why = $3 where id = $1', [
    member,
    new Date(Math.min(at, now)),
    why,
  ]);
  await client.query(
    `insert into session_end (member, flow, revision, reason, at)
      select s.member, f->>'flow', f->>'revision', 'cancelled', $2 from session s cross join lateral json_array_elements(s.state->'stack') f
      where s.member = $1`,
    values,
  );
  await client.query('delete from session where member = $1', [member]);
  await client.query('delete from web_session where member = $1', [member]);
  await takeBackMessages(client, member);
  await audit(client, 'left', member, { why }, now);
}

/** Takes a member back in, with everything that has not been forgotten. */
export async function markReturned(client: pg.ClientBase, member: MemberId, now: Instant): Promise<void> {
  await client.query('update member set left_at = null, left_why = null where id = $1', [member]);
  await audit(client, 'returned', member, {}, now);
}

/** Their own messages are cancelled; from one to many they are taken out, unless it was composed already (then the platform knows them no more). */
async function takeBackMessages(client: pg.ClientBase, member: MemberId): Promise<void> {
  await client.query(
    `update outbox set status = 5, outcome = 'left' where status = 0 and to_group is null and members = array[$1::text]`,
    [member],
  );
  await client.query(
    `update outbox o set members = kept.members, accounts = kept.accounts from (
        select w.id, array_agg(p.member order by p.n) as members, array_agg(p.account order by p.n) as accounts
        from outbox w cross join unnest(w.members, w.accounts) with ordinality p(member, account, n)
        where w.status = 0 and w.wire is null and $1 = any(w.members) and cardinality(w.members) = cardinality(w.accounts) and p.member <> $1
        group by w.id) kept
      where o.id = kept.id and o.status = 0 and o.wire is null`,
    [member],
  );
}

async function audit(client: pg.ClientBase, action: string, member: MemberId, detail: object, now: Instant) {
  await client.query(
    `insert into audit (at, actor, action, subject, unit, detail) select $1, null, $2, id, unit, $4 from member where id = $3`,
    [new Date(now), action, member, JSON.stringify(detail)],
  );
}

/** Somebody who left, as their secretary may know it. */
export interface Leaver {
  readonly name: string;
  readonly leftAt: Instant;
}

/** Members of these units who left within the span, earliest first. */
export async function leaversOf(
  client: pg.ClientBase | pg.Pool,
  units: readonly UnitId[],
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<Leaver[]> {
  const { rows } = await client.query<Leaver>({
    name: 'leavers-of',
    text: `select name, left_at as "leftAt" from member
      where unit = any($1::text[]) and left_at between $2 and $3 order by left_at, id`,
    values: [units, from, until],
  });
  return rows;
}

/** How many left these units within the year and are forgotten since. */
export async function forgottenLeavers(
  client: pg.ClientBase | pg.Pool,
  units: readonly UnitId[],
  year: string,
): Promise<number> {
  const { rows } = await client.query<{ count: number }>({
    name: 'forgotten-leavers',
    text: `select count(distinct subject)::int as count from audit
      where action = 'left' and unit = any($1::text[]) and at >= $2::timestamp at time zone 'Asia/Shanghai'
        and at < $2::timestamp at time zone 'Asia/Shanghai' + interval '1 year'
        and not exists (select 1 from member where id = audit.subject)`,
    values: [units, `${year}-01-01`],
  });
  return rows[0]!.count;
}

/**
 * Facts that count for the branch also when nobody knows any more whose they were, and what of them stays; null = all. What was said at a meeting
 * belongs to its minutes, which are kept for years (domain notes §5A); it stays without the speaker.
 */
const keptOfFacts: Readonly<Record<string, readonly string[] | null>> = {
  signed_in: [],
  leave: [],
  volunteer_service: ['hours'],
  lectured: ['topic'],
  minute: null,
  minute_confirmed: null,
};

/**
 * Deletes everybody who left before `before`, with all that is held about them. What they did stays in the branch's counts without name and words;
 * what they wrote down for others stays without them. Returns how many were forgotten.
 */
export async function forgetLeavers(pool: pg.Pool, before: Date, now: Instant): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: MemberId }>(
      'select id from member where left_at < $1 order by id for update',
      [before],
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await client.query(
      `insert into audit (at, actor, action, unit, detail) select $2, null, 'leavers-forgotten', unit, jsonb_build_object('members', count(*))
        from member where id = any($1::text[]) group by unit`,
      [ids, new Date(now)],
    );
    await dropSuperseded(client, ids);
    for (const [kind, kept] of Object.entries(keptOfFacts)) {
      await client.query(
        `update fact set member = null, recorded_by = null,
            data = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(data) where $3::text[] is null or key = any($3::text[]))
          where member = any($1::text[]) and kind = $2`,
        [ids, kind, kept],
      );
    }
    await client.query('update fact set recorded_by = null where recorded_by = any($1::text[])', [ids]);
    await client.query('update record set created_by = null where created_by = any($1::text[])', [ids]);
    await client.query('delete from inbound where member = any($1::text[])', [ids]);
    await client.query(
      `delete from simulator_chat where from_member = any($1::text[]) or chat = any(select 'member:' || unnest($1::text[]))`,
      [ids],
    );
    await client.query(
      'delete from outbox where members <@ $1::text[] and members <> array[]::text[] and status >= 2',
      [ids],
    );
    await client.query('delete from member where id = any($1::text[])', [ids]);
    return ids.length;
  });
}

/** What was corrected or taken back counts for nobody: only the newest word of each chain stays, and no word that only takes back. */
async function dropSuperseded(client: pg.ClientBase, members: readonly MemberId[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `with recursive chain(id) as (
        select id from fact where member = any($1::text[])
        union select other.id from chain cross join lateral (
          select f.corrects as id from fact f where f.id = chain.id and f.corrects is not null
          union all select c.id from fact c where c.corrects = chain.id) other)
      select id from chain`,
    [members],
  );
  const chain = rows.map(({ id }) => id);
  const { rows: old } = await client.query<{ id: string }>(
    'select corrects as id from fact where id = any($1::bigint[]) and corrects is not null',
    [chain],
  );
  const superseded = old.map(({ id }) => id);
  await client.query('update fact set corrects = null where corrects = any($1::bigint[])', [superseded]);
  await client.query(
    `delete from fact where id = any($1::bigint[]) or (id = any($2::bigint[]) and kind = 'withdrawn')`,
    [superseded, chain],
  );
}
