// WeCom's contacts in the tables: events taken once, userids of members, departments linked to units. Writes no name that WeCom tells.

import type pg from 'pg';
import type { ContactNews, KnownContact, LeftWhy } from '../domain/contact-change.ts';
import type { ContactLinks, SyncGround, SyncPlan } from '../domain/contact-sync.ts';
import { changesAnything } from '../domain/contact-sync.ts';
import type { MemberId, UnitId } from '../domain/organisation.ts';
import { accountKey } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { markLeft, markReturned } from './leaving.ts';
import { readExisting } from './organisation.ts';
import { personLock } from './person-lock.ts';

/** The doors in which people bear the userids of WeCom. */
const doors = ['wecom', 'wecom-bot'];

/** True the first time; a repeat of an event is not taken again. */
export async function takeNews(client: pg.ClientBase, news: ContactNews, now: Instant): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into inbound (channel, message_id, member, said_at, received_at, intent) values ('wecom', $1, null, $2, $3, 'contacts')
      on conflict (channel, message_id) do nothing`,
    [news.key, new Date(news.at), new Date(now)],
  );
  return (rowCount ?? 0) > 0;
}

/** The member who has this userid, also one who left. With `lock`, nobody else writes about that person until the transaction ends. */
export async function contactOf(
  client: pg.ClientBase | pg.Pool,
  account: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<KnownContact | undefined> {
  const key = accountKey('wecom', account);
  if (lock) {
    await client.query(
      `select pg_advisory_xact_lock(${personLock('member')}) from account where channel = 'wecom' and account = $1`,
      [key],
    );
  }
  const { rows } = await client.query<KnownContact>(
    `select m.id as member, m.name, m.left_at as "leftAt", m.left_why as "leftWhy", a.heard_at as "heardAt",
        exists (select 1 from account other where other.member = m.id and other.channel = 'wechaty') as elsewhere
      from account a join member m on m.id = a.member where a.channel = 'wecom' and a.account = $1`,
    [key],
  );
  return rows[0];
}

/** The newest event about this userid. */
export async function heardOf(client: pg.ClientBase, account: string, at: Instant): Promise<void> {
  await client.query(`update account set heard_at = greatest(heard_at, $2) where channel = 'wecom' and account = $1`, [
    accountKey('wecom', account),
    new Date(at),
  ]);
}

/** A userid was renamed. False when the new one belongs to another member already; then nothing is changed. */
export async function renameAccount(client: pg.ClientBase, from: string, to: string): Promise<boolean> {
  const { rowCount: taken } = await client.query(
    `select 1 from account new where new.channel = any($1::text[]) and new.account = $3
      and exists (select 1 from account old where old.channel = new.channel and old.account = $2 and old.member <> new.member)`,
    [doors, accountKey('wecom', from), accountKey('wecom', to)],
  );
  if (taken) return false;
  await client.query('update account set account = $3 where channel = any($1::text[]) and account = $2', [
    doors,
    accountKey('wecom', from),
    accountKey('wecom', to),
  ]);
  return true;
}

/** The member is no longer found under any userid of WeCom. */
export async function detachAccount(client: pg.ClientBase, member: MemberId): Promise<void> {
  await client.query('delete from account where member = $1 and channel = any($2::text[])', [member, doors]);
}

/** A department that is gone is linked to nothing. */
export async function forgetDepartment(client: pg.ClientBase, department: number): Promise<void> {
  await client.query('delete from contact_link where department = $1', [department]);
}

/** What happened to contacts and the app and needs a person's eye; `doctor` and the operator read it here. */
export async function noteContact(
  client: pg.ClientBase,
  action: 'contact-unclear' | 'contact-detached' | 'contact-taken' | 'app-alert',
  { member = null, detail = {} }: { readonly member?: MemberId | null; readonly detail?: object },
  now: Instant,
): Promise<void> {
  await client.query(
    `insert into audit (at, actor, action, subject, unit, detail)
      values ($1, null, $2, $3, (select unit from member where id = $3), $4)`,
    [new Date(now), action, member, JSON.stringify(detail)],
  );
}

/** What a sync is planned from. */
export async function readSyncGround(client: pg.ClientBase | pg.Pool): Promise<SyncGround> {
  const { units, members } = await readExisting(client);
  const { rows: left } = await client.query<{ id: MemberId; why: LeftWhy }>(
    'select id, left_why as why from member where left_at is not null',
  );
  const { rows: links } = await client.query<{ department: number; unit: UnitId | null }>(
    'select department, unit from contact_link',
  );
  const reasons = new Map(left.map(({ id, why }) => [id, why]));
  return {
    units,
    members: members.map((member) => ({ ...member, leftWhy: reasons.get(member.id) ?? null })),
    links: new Map(links.map(({ department, unit }) => [Number(department), unit])) satisfies ContactLinks,
  };
}

/** Writes the plan inside the caller's transaction; creating members and units is an import of its own. */
export async function writeSync(client: pg.ClientBase, plan: SyncPlan, now: Instant): Promise<void> {
  for (const { department, unit } of plan.links) {
    await client.query(
      `insert into contact_link (department, unit) values ($1, $2) on conflict (department) do update set unit = excluded.unit`,
      [department, unit],
    );
  }
  for (const { member, account } of plan.bind) {
    await client.query(`insert into account (channel, account, member) values ('wecom', $1, $2)`, [
      accountKey('wecom', account),
      member,
    ]);
  }
  for (const { member } of plan.returned) await markReturned(client, member, now);
  for (const { member } of plan.leave) await markLeft(client, member, { why: 'deleted', at: now, now });
  if (!changesAnything(plan)) return;
  await client.query(`insert into audit (at, actor, action, detail) values ($1, null, 'synced', $2)`, [
    new Date(now),
    JSON.stringify({
      links: plan.links.length,
      bound: plan.bind.length,
      left: plan.leave.length,
      returned: plan.returned.length,
    }),
  ]);
}
