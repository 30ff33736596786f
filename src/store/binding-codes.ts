// Codes of six digits that bind an account, or a group, of a door to whom they were given. Single use; guesses are counted.

import type pg from 'pg';
import type { ChannelName } from '../domain/organisation.ts';
import { type Instant, minute } from '../domain/time.ts';
import { reserve } from './platform-limits.ts';

/** How long a code is good. */
export const codeLife = 30 * minute;

/** Guesses of one account within an hour. A million codes, a handful good at a time: a year of guessing finds one by luck. */
const guessesPerHour = 5;

/** What a code stands for. */
export interface BindingCode {
  readonly code: string;
  /** The door whose account it binds; `any` = it binds a group, in whichever door it is said there. */
  readonly channel: ChannelName | 'any';
  readonly member: string;
  /** The unit whose group it binds; null = it binds an account only. */
  readonly unit: string | null;
}

type Client = pg.ClientBase | pg.Pool;

/** What this code stands for; undefined when it is unknown, used up or too old. In a transaction, others wait for its end. */
export async function bindingCode(client: Client, code: string, now: Instant): Promise<BindingCode | undefined> {
  const { rows } = await client.query<BindingCode>(
    `select c.code, c.channel, c.member, c.unit from binding_code c join member m on m.id = c.member
      where c.code = $1 and c.expires_at > $2 and m.left_at is null for update of c`,
    [code, new Date(now)],
  );
  return rows[0];
}

/** Counts one guess of this account; false when it has had its share for now. */
export async function mayGuess(client: Client, channel: string, account: string, now: Instant): Promise<boolean> {
  const wish = {
    to: `bind/${channel}/${account}`,
    messages: 1,
    limits: [{ per: 'hour' as const, most: guessesPerHour }],
  };
  return (await reserve(client, [wish], now, { bounded: true })).kind === 'granted';
}

/** Whether a member speaks through this account. */
export async function isBound(client: Client, channel: string, account: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from account a join member m on m.id = a.member where a.channel = $1 and a.account = $2 and m.left_at is null`,
    [channel, account],
  );
  return rowCount === 1;
}

/** A code that nobody has now. `pick` gives a number below the one it is given. */
export async function freeCode(client: Client, pick: (below: number) => number): Promise<string> {
  const { rows } = await client.query<{ code: string }>('select code from binding_code');
  const taken = new Set(rows.map(({ code }) => code));
  for (;;) {
    const code = String(pick(1_000_000)).padStart(6, '0');
    if (!taken.has(code)) return code;
  }
}

/** Keeps new codes; the ones their members had before for the same end, and old ones, go. */
export async function keepCodes(client: Client, codes: readonly BindingCode[], now: Instant): Promise<void> {
  for (const { code, channel, member, unit } of codes) {
    await client.query(
      `with gone as (delete from binding_code where expires_at < $4
          or (channel = $2 and member = $3 and (unit is null) = ($5::text is null) and code <> $1))
        insert into binding_code (code, channel, member, unit, made_at, expires_at) values ($1, $2, $3, $5, $4, $6)
        on conflict do nothing`,
      [code, channel, member, new Date(now), unit, new Date(now + codeLife)],
    );
  }
}

/** Uses a code up; false when somebody was quicker, also within the same transaction. */
export async function useCode(client: Client, code: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from binding_code where code = $1', [code]);
  return rowCount === 1;
}

/** From now on this member speaks through this account, and through no other of the same door. */
export async function bindAccount(client: Client, channel: string, account: string, member: string): Promise<void> {
  await client.query(
    `insert into account (channel, account, member) values ($1, $2, $3)
      on conflict (channel, member) do update set account = excluded.account`,
    [channel, account, member],
  );
}

/** Nobody speaks for these members through this door any more. */
export async function unbindAccounts(client: Client, channel: string, members: readonly string[]): Promise<void> {
  await client.query('delete from account where channel = $1 and member = any($2::text[])', [channel, members]);
}

/** The unit's group in this door; null = none any more. */
export async function bindRoom(client: Client, unit: string, channel: string, group: string | null): Promise<void> {
  await client.query(
    `update unit set groups = case when $3::text is null then groups - $2 else groups || jsonb_build_object($2::text, $3::text) end where id = $1`,
    [unit, channel, group],
  );
  await client.query('update org_version set version = version + 1');
}
