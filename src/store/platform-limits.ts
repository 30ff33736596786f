// Counts what each platform counts, and pauses doors, for all workers together. Knows no platform's numbers and sends nothing.

import type pg from 'pg';
import { hour, type Instant, minute } from '../domain/time.ts';

/** So many messages to one place within a length of time. */
export interface Limit {
  readonly per: keyof typeof windows;
  readonly most: number;
}

/** What somebody wants to send to one place. */
export interface Wish {
  /** The door and the account or group, e.g. `wecom/zhaolei`. */
  readonly to: string;
  readonly messages: number;
  readonly limits: readonly Limit[];
}

export type Grant = { readonly kind: 'granted' } | { readonly kind: 'full'; readonly until: Instant };

/**
 * Windows slide in slots: a slot counts until its last moment has left the window, so that no stretch of that length ever holds more than
 * `most` (a fixed window would let twice as many through around its edge).
 */
const windows = { minute: { length: minute, slot: 10_000 }, hour: { length: hour, slot: 5 * minute } } as const;

/** A pause is a row whose bucket is this and the door's name, and whose window starts when the pause ends. */
export const pausePrefix = 'pause/';

/**
 * Counts the wishes if all of them fit, else none, and says when to ask again. `bounded: false` counts without asking.
 * A wish above its whole limit is granted when nothing else was sent, so that it is not kept for ever. However many workers ask in the same
 * instant, no limit is overstepped; where two meet at the last free place one of them may be counted in vain.
 */
export async function reserve(
  pool: pg.ClientBase | pg.Pool,
  wishes: readonly Wish[],
  now: Instant,
  { bounded }: { bounded: boolean },
): Promise<Grant> {
  const entries = wishes.flatMap((wish) => wish.limits.map((limit) => entryOf(wish, limit, now)));
  if (entries.length === 0) return { kind: 'granted' };
  const { rowCount } = await pool.query({
    name: bounded ? 'limits-reserve' : 'limits-count',
    text: bounded ? reserveText : countText,
    values: [
      entries.map((entry) => entry.bucket),
      entries.map((entry) => new Date(entry.slotStart)),
      entries.map((entry) => entry.messages),
      ...(bounded ? [entries.map((entry) => entry.most), entries.map((entry) => new Date(entry.since))] : []),
    ],
  });
  if (!bounded || rowCount === entries.length) return { kind: 'granted' };
  return { kind: 'full', until: await roomAt(pool, entries, now) };
}

interface Entry {
  readonly bucket: string;
  readonly slotStart: Instant;
  readonly messages: number;
  readonly most: number;
  /** Slots that start after this still count. */
  readonly since: Instant;
  /** How long after its start a slot counts. */
  readonly life: number;
}

function entryOf({ to, messages }: Wish, { per, most }: Limit, now: Instant): Entry {
  const { length, slot } = windows[per];
  const life = length + slot;
  return { bucket: `${per}/${to}`, slotStart: now - (now % slot), messages, most, since: now - life, life };
}

// Ordered by bucket: two workers lock the same rows in the same order.
const count = `insert into platform_count as c (bucket, window_start, count) select bucket, slot, messages from asked order by bucket
  on conflict (bucket, window_start) do update set count = c.count + excluded.count`;

const countText = `with asked as (
    select bucket, slot, sum(messages) as messages from unnest($1::text[], $2::timestamptz[], $3::int[]) as new(bucket, slot, messages)
    group by bucket, slot)
  ${count}`;

// The running slot is asked twice: in the snapshot, and again in the row itself once it is ours, where others may have counted meanwhile.
const reserveText = `with wished as (
    select new.*, before.used as earlier, before.used + coalesce(here.count, 0) as used
    from unnest($1::text[], $2::timestamptz[], $3::int[], $4::int[], $5::timestamptz[]) as new(bucket, slot, messages, most, since)
      left join platform_count here on here.bucket = new.bucket and here.window_start = new.slot,
    lateral (select coalesce(sum(p.count), 0) as used from platform_count p
      where p.bucket = new.bucket and p.window_start > new.since and p.window_start < new.slot) before),
  asked as (select * from wished where (select bool_and(used = 0 or used + messages <= most) from wished))
  ${count} where c.count + excluded.count <= (select w.most - w.earlier from wished w where w.bucket = excluded.bucket)`;

/** When so many of the oldest slots will have left that the wish fits. */
async function roomAt(pool: pg.ClientBase | pg.Pool, entries: readonly Entry[], now: Instant): Promise<Instant> {
  const { rows } = await pool.query<{ bucket: string; start: Instant; count: number }>(
    `select bucket, window_start as start, count from platform_count where bucket = any($1::text[]) and window_start > $2 order by window_start`,
    [entries.map((entry) => entry.bucket), new Date(Math.min(...entries.map((entry) => entry.since)))],
  );
  const ends = entries.map(({ bucket, since, most, messages, life }) => {
    const slots = rows.filter((row) => row.bucket === bucket && row.start > since);
    let used = slots.reduce((sum, slot) => sum + slot.count, 0);
    const fits = () => used === 0 || used + messages <= most;
    if (fits()) return now;
    const last = slots.find((slot) => {
      used -= slot.count;
      return fits();
    });
    return last ? last.start + life : now;
  });
  // Another worker's messages may have left in between: never at once again, or this would spin.
  return Math.max(now + 1000, ...ends);
}

/** Holds back the door's lanes other than replies until then. */
export async function pauseChannel(pool: pg.Pool, channel: string, until: Instant): Promise<void> {
  await pool.query(
    'insert into platform_count (bucket, window_start, count) values ($1, $2, 1) on conflict do nothing',
    [pausePrefix + channel, new Date(until)],
  );
}

/** Removes counts and pauses that no window reaches any more. */
export async function forgetCounts(pool: pg.Pool, now: Instant): Promise<void> {
  await pool.query('delete from platform_count where window_start < $1', [new Date(now - 2 * hour)]);
}
