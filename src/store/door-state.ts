// How a door with a login of its own stands (WeChat through Wechaty): for the console, doctor, the metrics. Holds no words of anybody.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';

/**
 * `off`: nobody holds it now · `missing`: a package is not installed · `starting` · `waiting-for-scan`: somebody must scan `qr` with the phone
 * · `open`: logged in · `lost`: it was logged in and is not any more, or cannot begin; what is to be said waits.
 */
export type DoorCondition = 'off' | 'missing' | 'starting' | 'waiting-for-scan' | 'open' | 'lost';

export interface DoorState {
  /** The channel's name, `wechaty`. */
  readonly door: string;
  readonly state: DoorCondition;
  /** The text to draw as a QR code (uqr: `renderSVG`, `renderUnicodeCompact`); null when there is none or it has expired. Whoever scans it gives us their login. */
  readonly qr: string | null;
  readonly qrUntil: Instant | null;
  /** One short line for the operator, in Chinese. */
  readonly note: string | null;
  /** Since when `state` is what it is. */
  readonly since: Instant;
  /** When the owner last said so; older than five minutes: its process is gone. */
  readonly seenAt: Instant;
}

export type NewDoorState = Pick<DoorState, 'door' | 'state'> & Partial<Pick<DoorState, 'qr' | 'qrUntil' | 'note'>>;

/** Keeps how a door stands; resolves to the state before, undefined the first time. */
export async function keepDoorState(
  pool: pg.Pool,
  { door, state, qr = null, qrUntil = null, note = null }: NewDoorState,
  now: Instant,
): Promise<DoorCondition | undefined> {
  const { rows } = await pool.query<{ before: DoorCondition | null }>(
    `with before as (select state from door_state where door = $1)
      insert into door_state (door, state, qr, qr_until, note, since, seen_at) values ($1, $2, $3, $4, $5, $6, $6)
      on conflict (door) do update set state = excluded.state, qr = excluded.qr, qr_until = excluded.qr_until, note = excluded.note,
        since = case when door_state.state = excluded.state then door_state.since else excluded.since end, seen_at = excluded.seen_at
      returning (select state from before) as before`,
    [door, state, qr, qrUntil === null ? null : new Date(qrUntil), note, new Date(now)],
  );
  return rows[0]?.before ?? undefined;
}

/** How all doors stand that ever said so, by name. */
export async function doorStates(pool: pg.ClientBase | pg.Pool, now: Instant): Promise<DoorState[]> {
  const { rows } = await pool.query<DoorState>(
    `select door, state, case when qr_until > $1 then qr end as qr, case when qr_until > $1 then qr_until end as "qrUntil", note, since,
      seen_at as "seenAt" from door_state order by door`,
    [new Date(now)],
  );
  return rows;
}

/** How one door stands; undefined = it never said. */
export async function doorState(
  pool: pg.ClientBase | pg.Pool,
  door: string,
  now: Instant,
): Promise<DoorState | undefined> {
  return (await doorStates(pool, now)).find((one) => one.door === door);
}
