// Puts messages into the outbox: who is reached through which door, equal text to many in as few calls as the door allows. Sends nothing.

import type pg from 'pg';
import type { Change } from '../domain/change.ts';
import type { Draft, MessageKind } from '../domain/message.ts';
import type { ChannelName, MemberId, Unit } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import type { Units } from './units.ts';

/** The doors that are open, best first, and how many people one call of equal text may go to. */
export interface DoorList {
  readonly doors: readonly {
    readonly name: ChannelName;
    readonly batch: number;
    readonly groups: boolean;
    /** Nobody is written to unasked there. */
    readonly answersOnly?: boolean;
  }[];
}

export const lanes = { reply: 0, push: 1, bulk: 2 } as const;

export interface OutboxRow {
  readonly channel: string;
  readonly kind: MessageKind;
  readonly unit: string | null;
  readonly members: readonly MemberId[];
  readonly accounts: readonly string[];
  readonly group: string | null;
  readonly draft: Draft;
  readonly dueAt: Instant;
  readonly expiresAt: Instant | null;
  readonly duty: string | null;
  readonly record: string | null;
}

export type MessageChange = Change & { readonly change: 'message' };

/** A member without an account in any open door gets a row too: it fails at once and says why, so that the digest can name it. */
export async function rowsFor(
  client: pg.ClientBase | pg.Pool,
  messages: readonly MessageChange[],
  { doors }: DoorList,
  units: Units,
  now: Instant,
): Promise<OutboxRow[]> {
  const members = [...new Set(messages.flatMap((message) => ('members' in message.to ? message.to.members : [])))];
  const reach = await bestAccounts(
    client,
    members,
    doors.map((door) => door.name),
  );
  return messages.flatMap((message): OutboxRow[] => {
    const row = {
      kind: message.kind,
      draft: message.draft,
      dueAt: message.dueAt ?? now,
      expiresAt: message.expiresAt ?? null,
      duty: message.duty ?? null,
      record: message.record ?? null,
    };
    if ('group' in message.to) {
      const unit = units.byId.get(message.to.group);
      const able = doors.filter(({ name, groups }) => groups && unit && groupIn(unit, name) !== undefined);
      // Where nobody is written to unasked most of what is sent would be lost.
      const door = able.find(({ answersOnly }) => !answersOnly) ?? able[0];
      if (!unit || !door) return [];
      return [
        { ...row, channel: door.name, unit: unit.id, members: [], accounts: [], group: groupIn(unit, door.name)! },
      ];
    }
    return perDoor(message.to.members, reach, doors).map((part) => ({ ...row, ...part, group: null }));
  });
}

/** The unit's group in a door; in the doors of our own page and terminal the unit's id stands for it. */
function groupIn(unit: Unit, door: ChannelName): string | undefined {
  return unit.groups[door] ?? (door === 'simulator' || door === 'terminal' ? unit.id : undefined);
}

/** Through which door, and as whom, a member is reached. */
export interface Reached {
  readonly account: string;
  readonly channel: string;
  readonly unit: string;
}

/** Equal text: one row per door and batch; members nobody can reach stand in rows of channel `none`. */
function perDoor(members: readonly MemberId[], reach: ReadonlyMap<MemberId, Reached>, doors: DoorList['doors']) {
  const byChannel = new Map<string, { member: MemberId; account: string; unit: string | null }[]>();
  for (const member of members) {
    const to = reach.get(member);
    const channel = to?.channel ?? 'none';
    const list = byChannel.get(channel) ?? [];
    list.push({ member, account: to?.account ?? '', unit: to?.unit ?? null });
    byChannel.set(channel, list);
  }
  return [...byChannel].flatMap(([channel, people]) => {
    const size = doors.find((door) => door.name === channel)?.batch ?? 1000;
    return chunks(people, size).map((some) => ({
      channel,
      unit: some.every((one) => one.unit === some[0]!.unit) ? some[0]!.unit : null,
      members: some.map((one) => one.member),
      accounts: channel === 'none' ? [] : some.map((one) => one.account),
    }));
  });
}

/**
 * The best account of each member among these doors. The AI bot may write only where the member wrote before: where they did not, any other
 * door is better.
 */
export async function bestAccounts(
  client: pg.ClientBase | pg.Pool,
  members: readonly MemberId[],
  doors: readonly string[],
): Promise<Map<MemberId, Reached>> {
  if (members.length === 0) return new Map();
  const { rows } = await client.query<{ member: string; channel: string; account: string; unit: string }>({
    name: 'outbox-accounts',
    text: `select distinct on (a.member) a.member, a.channel, a.account, m.unit from account a join member m on m.id = a.member
      where a.member = any($1::text[]) and a.channel = any($2::text[]) and m.left_at is null
      order by a.member, a.channel = 'wecom-bot' and not exists (select from bot_chat where chat = 'single/' || a.account),
        array_position($2::text[], a.channel)`,
    values: [members, doors],
  });
  return new Map(rows.map((row) => [row.member, row]));
}

/** Inserts the rows; resolves to their ids in order. Rows of channel `none` are kept as failed with the reason. */
export async function insertOutbox(
  client: pg.ClientBase | pg.Pool,
  rows: readonly OutboxRow[],
  now: Instant,
): Promise<number[]> {
  if (rows.length === 0) return [];
  const reachable = rows.filter((row) => row.channel !== 'none');
  const lost = rows.filter((row) => row.channel === 'none');
  const ids = await insertRows(client, reachable, 0, now);
  const lostIds = await insertRows(client, lost, 3, now);
  if (lost.length > 0) {
    await client.query(
      `insert into undelivered (outbox, member, reason, at) select *, 'no-account', $3::timestamptz from unnest($1::bigint[], $2::text[])
        on conflict do nothing`,
      [
        lost.flatMap((row, index) => row.members.map(() => lostIds[index])),
        lost.flatMap((row) => row.members),
        new Date(now),
      ],
    );
  }
  return ids;
}

async function insertRows(
  client: pg.ClientBase | pg.Pool,
  rows: readonly OutboxRow[],
  status: number,
  now: Instant,
): Promise<number[]> {
  if (rows.length === 0) return [];
  const { rows: made } = await client.query<{ id: number }>({
    name: 'outbox-insert',
    // Arrays of arrays do not unnest row by row, so members and accounts travel as JSON.
    text: `insert into outbox (channel, kind, lane, unit, members, accounts, to_group, draft, due_at, expires_at, duty, record, status, outcome, created_at)
      select channel, kind, lane, unit, array(select jsonb_array_elements_text(members)), array(select jsonb_array_elements_text(accounts)),
        to_group, draft, due_at, expires_at, duty, record, $13::smallint, case when $13::smallint = 3 then 'no-account' end, $14
      from unnest($1::text[], $2::text[], $3::smallint[], $4::text[], $5::jsonb[], $6::jsonb[], $7::text[], $8::jsonb[],
        $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
        as new(channel, kind, lane, unit, members, accounts, to_group, draft, due_at, expires_at, duty, record)
      returning id`,
    values: [
      rows.map((row) => row.channel),
      rows.map((row) => row.kind),
      rows.map((row) => (row.kind === 'reply' ? lanes.reply : row.kind === 'broadcast' ? lanes.bulk : lanes.push)),
      rows.map((row) => row.unit),
      rows.map((row) => JSON.stringify(row.members)),
      rows.map((row) => JSON.stringify(row.accounts)),
      rows.map((row) => row.group),
      rows.map((row) => JSON.stringify(row.draft)),
      rows.map((row) => new Date(row.dueAt)),
      rows.map((row) => (row.expiresAt === null ? null : new Date(row.expiresAt))),
      rows.map((row) => row.duty),
      rows.map((row) => row.record),
      status,
      new Date(now),
    ],
  });
  return made.map((row) => row.id);
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}
