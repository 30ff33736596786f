// Writes an organisation as planned, and reads what a plan is made from. All of a plan or nothing.

import type pg from 'pg';
import type { ImportPlan } from '../domain/import-plan.ts';
import type { Unit } from '../domain/organisation.ts';
import { accountKey } from '../domain/organisation.ts';
import type { Accounts, ExistingMember } from '../domain/roster.ts';
import { accountsOf } from '../domain/roster.ts';
import type { Instant } from '../domain/time.ts';
import { memberColumns, memberOf } from './members.ts';
import { readUnits } from './units.ts';

/** All units and members, also those who left. */
export async function readExisting(
  client: pg.ClientBase | pg.Pool,
): Promise<{ units: Unit[]; members: ExistingMember[] }> {
  const units = await readUnits(client);
  const { rows } = await client.query(
    `select ${memberColumns}, coalesce((select jsonb_object_agg(a.channel, a.account) from account a where a.member = m.id), '{}') as accounts
      from member m`,
  );
  return {
    units: [...units.byId.values()],
    members: rows.map((row) => ({ ...memberOf(row), accounts: row.accounts as Accounts })),
  };
}

/** Writes the plan inside the caller's transaction. */
export async function writeImport(client: pg.ClientBase, plan: ImportPlan, now: Instant): Promise<void> {
  for (const unit of plan.units.create) {
    await client.query(
      'insert into unit (id, name, kind, parent, sector, settings, groups) values ($1, $2, $3, $4, $5, $6, $7)',
      [
        unit.id,
        unit.name,
        unit.kind,
        unit.parent,
        unit.sector,
        JSON.stringify(unit.settings),
        JSON.stringify(unit.groups),
      ],
    );
  }
  for (const { unit } of plan.units.update) {
    await client.query(
      'update unit set name = $2, kind = $3, parent = $4, sector = $5, settings = $6, groups = $7 where id = $1',
      [
        unit.id,
        unit.name,
        unit.kind,
        unit.parent,
        unit.sector,
        JSON.stringify(unit.settings),
        JSON.stringify(unit.groups),
      ],
    );
  }
  if (plan.units.create.length + plan.units.update.length > 0) {
    await client.query('update org_version set version = version + 1');
  }
  for (const member of plan.members.create) {
    await client.query(
      `insert into member (id, name, unit, party_group, roles, tags, status, joined_on) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        member.id,
        member.name,
        member.unit,
        member.partyGroup,
        member.roles,
        member.tags,
        member.status,
        member.joinedOn,
      ],
    );
    await setAccounts(client, member.id, member.accounts);
  }
  // Two members may swap accounts in one file: all old ones go before any new one comes.
  const moved = plan.members.update.filter(({ changes }) => changes.accounts).map(({ id }) => id);
  await client.query('delete from account where member = any($1::text[])', [moved]);
  for (const { id, changes } of plan.members.update) {
    const { accounts, returned, ...set } = changes;
    await client.query(
      `update member set name = coalesce($2, name), unit = coalesce($3, unit), party_group = case when $4 then $5 else party_group end,
          roles = coalesce($6, roles), tags = coalesce($7, tags), status = coalesce($8, status),
          joined_on = case when $9 then $10::date else joined_on end, left_at = case when $11 then null else left_at end where id = $1`,
      [
        id,
        set.name ?? null,
        set.unit ?? null,
        'partyGroup' in set,
        set.partyGroup ?? null,
        set.roles ?? null,
        set.tags ?? null,
        set.status ?? null,
        'joinedOn' in set,
        set.joinedOn ?? null,
        returned ?? false,
      ],
    );
    if (accounts) await setAccounts(client, id, accounts);
  }
  await client.query(`insert into audit (at, actor, action, detail) values ($1, null, 'imported', $2)`, [
    new Date(now),
    JSON.stringify({ created: plan.members.create.length, updated: plan.members.update.length }),
  ]);
}

/** In doors where the account is the member's own id (simulator, terminal) everybody has one. */
export async function giveLocalAccounts(client: pg.ClientBase | pg.Pool, channel: string): Promise<void> {
  await client.query(
    `insert into account (channel, account, member) select $1, id, id from member
      where left_at is null and not exists (select 1 from account a where a.channel = $1 and a.account = member.id) on conflict do nothing`,
    [channel],
  );
}

/** The AI bot knows members by the same userid as the app does. */
export async function giveBotAccounts(client: pg.ClientBase | pg.Pool): Promise<void> {
  await client.query(
    `insert into account (channel, account, member) select 'wecom-bot', account, member from account app where channel = 'wecom'
      and not exists (select 1 from account bot where bot.channel = 'wecom-bot' and bot.account = app.account) on conflict do nothing`,
  );
}

async function setAccounts(client: pg.ClientBase, member: string, accounts: Accounts): Promise<void> {
  for (const [channel, account] of accountsOf(accounts)) {
    await client.query(
      `insert into account (channel, account, member) values ($1, $2, $3)
        on conflict (channel, member) do update set account = excluded.account`,
      [channel, accountKey(channel, account), member],
    );
  }
}
