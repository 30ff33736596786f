// Who is logged in on the pages, and who looked at what there. Keeps a login's id only as a hash.

import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { MemberId, UnitId } from '../domain/organisation.ts';
import { accountKey } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { inTransaction } from './transaction.ts';

/** The secret from which the pages' keys are derived: made once, the same for all processes. */
export async function pageSecret(pool: pg.Pool): Promise<Buffer> {
  await pool.query(
    `insert into setting (key, value) values ('page-secret', to_jsonb($1::text)) on conflict (key) do nothing`,
    [randomBytes(32).toString('base64')],
  );
  const { rows } = await pool.query<{ value: string }>(`select value from setting where key = 'page-secret'`);
  return Buffer.from(rows[0]!.value, 'base64');
}

/** Logs the member of a WeCom account in until `expiresAt`; undefined when nobody here has the account, or has left. */
export async function beginSession(
  pool: pg.Pool,
  {
    id,
    account,
    now,
    expiresAt,
  }: { readonly id: string; readonly account: string; readonly now: Instant; readonly expiresAt: Instant },
): Promise<MemberId | undefined> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ member: MemberId }>(
      `insert into web_session (id, member, created_at, expires_at)
        select $1, m.id, $3, $4 from account a join member m on m.id = a.member
        where a.channel = 'wecom' and a.account = $2 and m.left_at is null returning member`,
      [hashOf(id), accountKey('wecom', account), new Date(now), new Date(expiresAt)],
    );
    const member = rows[0]?.member;
    if (member !== undefined) await note(client, 'logged-in', { actor: member, subject: member }, now);
    return member;
  });
}

/** Who is behind this login; undefined when it is over, or the member has left. */
export async function sessionMember(pool: pg.Pool, id: string, now: Instant): Promise<MemberId | undefined> {
  const { rows } = await pool.query<{ member: MemberId }>({
    name: 'session-member',
    text: `select m.id as member from web_session s join member m on m.id = s.member
      where s.id = $1 and s.expires_at > $2 and m.left_at is null`,
    values: [hashOf(id), new Date(now)],
  });
  return rows[0]?.member;
}

/** Logs out; doing it twice is once. */
export async function endSession(pool: pg.Pool, id: string, now: Instant): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ member: MemberId }>(
      'delete from web_session where id = $1 returning member',
      [hashOf(id)],
    );
    for (const { member } of rows) await note(client, 'logged-out', { actor: member, subject: member }, now);
  });
}

export interface Look {
  readonly actor: MemberId;
  /** Whose data was seen; null = a list, then `unit` says whose. */
  readonly subject: MemberId | null;
  readonly unit: UnitId | null;
  /** Which page, as a short code; never what stood there. */
  readonly what: string;
}

/** Writes down that somebody saw personal data on a page: to be called before the page is sent. One's own data is nobody's look. */
export async function noteLook(pool: pg.Pool, { what, ...look }: Look, now: Instant): Promise<void> {
  if (look.subject === look.actor) return;
  await note(pool, 'looked', { ...look, detail: { what } }, now);
}

async function note(
  client: pg.ClientBase | pg.Pool,
  action: string,
  entry: {
    readonly actor: MemberId;
    readonly subject: MemberId | null;
    readonly unit?: UnitId | null;
    readonly detail?: object;
  },
  now: Instant,
): Promise<void> {
  await client.query(
    `insert into audit (at, actor, action, subject, unit, detail)
      values ($1, $2, $3, $4, coalesce($5, (select unit from member where id = $4)), $6)`,
    [new Date(now), entry.actor, action, entry.subject, entry.unit ?? null, JSON.stringify(entry.detail ?? {})],
  );
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
