// Writes the changes of a unit of work, each kind in one statement. Decides nothing and sends nothing.

import type pg from 'pg';
import type { Change } from '../domain/change.ts';
import { deedsIn } from '../domain/completion.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf } from '../domain/time.ts';
import { closeForm, openForm, takeForm } from './anonymous-forms.ts';
import { bindRoom, keepCodes, unbindAccounts } from './binding-codes.ts';
import { openFeeds } from './calendar-feeds.ts';
import { completeDuties } from './completion.ts';
import { raiseDuties } from './duties.ts';
import type { FieldCipher } from './field-cipher.ts';
import { sealData } from './field-cipher.ts';
import type { DoorList, MessageChange } from './outbox-rows.ts';
import { insertOutbox, rowsFor } from './outbox-rows.ts';
import { eraseSubmissions } from './submissions.ts';
import type { Units } from './units.ts';
import { addUploads, keepFile, removeFiles } from './uploads.ts';

export interface WriteContext {
  readonly now: Instant;
  readonly doors: DoorList;
  readonly units: Units;
  /** Deeds that some programme waits for (`awaitedDeeds`); absent where none can happen. */
  readonly awaited?: ReadonlySet<string>;
  /** Seals what was said in confidence; absent where nothing of the kind is written. */
  readonly cipher?: FieldCipher;
}

type Of<K extends Change['change']> = Change & { readonly change: K };
type Write<K extends Change['change']> = (
  client: pg.ClientBase,
  changes: readonly Of<K>[],
  context: WriteContext,
) => Promise<unknown>;

/**
 * Writes all changes inside the caller's transaction. Statements of `promptly` are on their way when this returns, so that a commit may be sent
 * right behind them; the others read first.
 */
export async function writeChanges(
  client: pg.ClientBase,
  changes: readonly Change[],
  context: WriteContext,
): Promise<void> {
  const byKind = groupBy(changes, ({ change }) => change);
  const order = Object.keys(writes) as Change['change'][];
  const deeds = context.awaited ? deedsIn(changes, context.awaited, dayOf(context.now)) : [];
  const written = order.flatMap((kind) => {
    const some = byKind.get(kind);
    return some ? [(writes[kind] as Write<never>)(client, some as never, context)] : [];
  });
  // A sum of entries is taken when the last of them is there.
  if (deeds.length > 0 && byKind.has('record')) await Promise.all(written);
  await Promise.all([...written, ...(deeds.length > 0 ? [completeDuties(client, deeds, context.now)] : [])]);
}

/** True when all these changes are written by one statement a kind, without reading first. */
export function promptly(changes: readonly Change[]): boolean {
  return changes.every(({ change }) => promptKinds.has(change));
}

const promptKinds: ReadonlySet<Change['change']> = new Set([
  'fact',
  'duty-state',
  'duties',
  'acknowledged',
  'task',
  'greeted',
  'upload',
  'reminders',
  'audit',
]);

const writes: { readonly [K in Change['change']]: Write<K> } = {
  fact: (client, changes, { now, cipher }) =>
    client.query({
      name: 'change-fact',
      text: `insert into fact (kind, unit, member, duty, on_day, month, data, recorded_by, corrects, at)
        select kind, unit, member, duty, on_day::date, month, data, recorded_by, corrects, $10
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::bigint[])
          as new(kind, unit, member, duty, on_day, month, data, recorded_by, corrects)
        on conflict (corrects) where corrects is not null do nothing`,
      values: [
        changes.map(({ fact }) => fact.kind),
        changes.map(({ fact }) => fact.unit),
        changes.map(({ fact }) => fact.member),
        changes.map(({ fact }) => fact.duty ?? null),
        changes.map(({ fact }) => fact.onDay ?? null),
        changes.map(({ fact }) => fact.month ?? null),
        changes.map(({ fact }) => JSON.stringify(sealData(cipher, fact.kind, fact.data ?? {}))),
        changes.map(({ fact }) => fact.recordedBy ?? null),
        changes.map(({ fact }) => fact.corrects ?? null),
        new Date(now),
      ],
    }),

  'duty-state': (client, changes, { now }) =>
    client.query({
      name: 'change-duty',
      text: `update duty set state = new.state, state_at = $3
        from unnest($1::text[], $2::text[]) as new(id, state) where duty.id = new.id and duty.state <> new.state`,
      values: [changes.map(({ duty }) => duty), changes.map(({ state }) => state), new Date(now)],
    }),

  duties: (client, changes, { now }) =>
    raiseDuties(
      client,
      changes.flatMap(({ duties }) => duties),
      now,
    ),

  acknowledged: (client, changes, { now }) =>
    client.query('update duty set acknowledged_at = $2 where id = any($1::text[]) and acknowledged_at is null', [
      changes.map(({ duty }) => duty),
      new Date(now),
    ]),

  record: async (client, changes, { now }) => {
    for (const { record } of changes) {
      await client.query(
        `insert into record (id, kind, unit, member, state, title, body, created_by, created_at, updated_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
          on conflict (id) do update set state = excluded.state, title = excluded.title, body = excluded.body, updated_at = excluded.updated_at`,
        [
          record.id,
          record.kind,
          record.unit,
          record.member ?? null,
          record.state,
          record.title,
          JSON.stringify(record.body),
          (record.body.by as string | undefined) ?? null,
          new Date(now),
        ],
      );
    }
  },

  message: async (client, changes: readonly MessageChange[], { now, doors, units }) =>
    insertOutbox(client, await rowsFor(client, changes, doors, units, now), now),

  task: (client, changes, { now }) =>
    client.query(
      `insert into task (kind, key, body, due_at, created_at)
        select kind, key, body, due_at, $5 from unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[]) as new(kind, key, body, due_at)
        on conflict (key) do nothing`,
      [
        changes.map((task) => task.kind),
        changes.map((task) => task.key),
        changes.map((task) => JSON.stringify(task.body)),
        changes.map((task) => new Date(task.dueAt ?? now)),
        new Date(now),
      ],
    ),

  greeted: (client, changes) =>
    client.query(
      'update member set greeted_on = new.day::date from unnest($1::text[], $2::text[]) as new(id, day) where member.id = new.id',
      [changes.map(({ member }) => member), changes.map(({ day }) => day)],
    ),

  upload: (client, changes) => addUploads(client, changes),

  'file-kept': async (client, changes) => {
    for (const change of changes) await keepFile(client, change);
  },

  'file-removed': (client, changes) =>
    removeFiles(
      client,
      changes.map(({ id }) => id),
    ),

  'calendar-feed': (client, changes, { now }) => openFeeds(client, changes, now),

  'form-opened': async (client, changes) => {
    for (const change of changes) await openForm(client, change);
  },

  'form-taken': async (client, changes, { cipher }) => {
    for (const change of changes) await takeForm(client, change, cipher);
  },

  'form-closed': async (client, changes) => {
    for (const change of changes) await closeForm(client, change);
  },

  'binding-code': (client, changes, { now }) => keepCodes(client, changes, now),

  'account-unbound': async (client, changes) => {
    for (const { channel, member } of changes) await unbindAccounts(client, channel, [member]);
  },

  'room-unbound': async (client, changes) => {
    for (const { channel, unit } of changes) await bindRoom(client, unit, channel, null);
  },

  reminders: (client, changes) =>
    client.query(
      'update member set reminders = new.reminders from unnest($1::text[], $2::jsonb[]) as new(id, reminders) where member.id = new.id',
      [changes.map(({ member }) => member), changes.map(({ reminders }) => JSON.stringify(reminders))],
    ),

  'unit-settings': async (client, changes) => {
    for (const { unit, patch } of changes) {
      await client.query('update unit set settings = jsonb_strip_nulls(settings || $2::jsonb) where id = $1', [
        unit,
        JSON.stringify(patch),
      ]);
    }
    await client.query('update org_version set version = version + 1');
  },

  'event-moved': async (client, changes) => {
    for (const { duty, dueOn, startsAt, details } of changes) {
      // The members' own duties for the event move with it.
      await client.query(
        `update duty set due_on = $2, starts_at = $3, details = details || $4::jsonb, acknowledged_at = null
          where id = $1 or (starts_with(id, $1 || '/') and member is not null)`,
        [duty, dueOn, new Date(startsAt), JSON.stringify(details)],
      );
    }
  },

  'record-removed': (client, changes) =>
    client.query('delete from record where id = any($1::text[])', [changes.map(({ id }) => id)]),

  'event-details': async (client, changes) => {
    for (const { duty, details } of changes) {
      await client.query(
        `update duty set details = details || $2::jsonb where id = $1 or (starts_with(id, $1 || '/') and member is not null)`,
        [duty, JSON.stringify(details)],
      );
    }
  },

  'content-released': async (client, changes, { now }) => {
    for (const { month, by } of changes) {
      await client.query(
        `insert into content_release (month, proposed_by, proposed_at) values ($1, $2, $3)
          on conflict (month) do update set approved_by = $2, approved_at = $3
          where content_release.approved_by is null and content_release.proposed_by <> $2`,
        [month, by, new Date(now)],
      );
    }
  },

  erased: async (client, changes) => {
    for (const { member, kinds } of changes) {
      await client.query('delete from fact where member = $1 and kind = any($2::text[])', [member, kinds]);
      await client.query(`delete from simulator_chat where chat = 'member:' || $1 or from_member = $1`, [member]);
      await client.query('delete from binding_code where member = $1', [member]);
      await eraseSubmissions(client, member);
    }
  },

  audit: (client, changes, { now }) =>
    client.query(
      `insert into audit (at, actor, action, subject, unit, detail)
        select $6, actor, action, subject, unit, detail
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[]) as new(actor, action, subject, unit, detail)`,
      [
        changes.map((entry) => entry.actor),
        changes.map((entry) => entry.action),
        changes.map((entry) => entry.subject ?? null),
        changes.map((entry) => entry.unit ?? null),
        changes.map((entry) => JSON.stringify(entry.detail ?? {})),
        new Date(now),
      ],
    ),
};
