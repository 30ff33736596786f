// The named statements of the hot path are written by hand and their rows typed by hand: here each runs on the real tables and must bring what its type says.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import { loadLibrary } from '../../src/library/library.ts';
import type { Database } from '../../src/store/database.ts';
import { attendanceOf, eventsOf, ownDuty } from '../../src/store/events.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { membersOf } from '../../src/store/members.ts';
import {
  claimOutbox,
  holdOutbox,
  mark,
  nextOutboxAt,
  outboxStatus,
  releaseOutbox,
  storeWire,
} from '../../src/store/outbox.ts';
import { chosenLabels } from '../../src/store/pressed-button.ts';
import { openUnitOfWork, writeTurns } from '../../src/store/unit-of-work.ts';
import { readUnits } from '../../src/store/units.ts';
import { loadViews, viewNames } from '../../src/store/views/index.ts';
import { writeChanges } from '../../src/store/write-changes.ts';
import { monday, openPeople } from './service.ts';

const hot = /^(turn|change|outbox|view)-|^(events-of|attendance-of|own-duty|own-facts|members-of)$/;
const doors = { doors: [{ name: 'wecom', batch: 1000, groups: false } as const] };
const library = loadLibrary(viewNames, { sample: true });

let db: Database;
let client: pg.PoolClient;
/** Names of the statements that brought or changed a row. */
const ran = new Set<string>();

beforeAll(async () => {
  db = await openPeople(3);
  client = await db.pool.connect();
  const query = client.query.bind(client) as (...parts: unknown[]) => Promise<pg.QueryResult>;
  client.query = (async (...parts: unknown[]) => {
    const result = await query(...parts);
    const name = (parts[0] as { name?: string }).name;
    if (name && (result.rowCount ?? 0) > 0) ran.add(name);
    return result;
  }) as typeof client.query;
});
afterAll(async () => {
  client.release(true);
  await db.close();
});

const at = (clock: string) => Date.parse(`2026-12-07T${clock}:00+08:00`);
const draft = { text: '报到', buttons: [{ label: '好', data: 'start:help' }] };

test('what a batch writes is what the next one reads', async () => {
  const senders = [
    { channel: 'wecom', account: 'M1', messageId: 'a' },
    { channel: 'wecom', account: 'm2', messageId: 'b' },
    { channel: 'wecom', account: 'nobody', messageId: 'c' },
  ];
  await client.query(`update member set noticed_at = null where id = 'm2'`);
  const first = await openUnitOfWork(client, senders);
  expect(first.members.get('wecom m1')).toEqual({
    id: 'm1',
    name: '党员1',
    unit: 'b1',
    partyGroup: null,
    roles: [],
    tags: [],
    status: 'full',
    joinedOn: null,
    reminders: { level: 'all', quietWeekdays: [], quietUntil: null },
    noticedAt: Date.parse('2020-01-01T00:00:00Z'),
    greetedOn: null,
    leftAt: null,
  });
  expect([...first.members.keys()].sort()).toEqual(['wecom m1', 'wecom m2']);
  expect([first.members.get('wecom m2')!.noticedAt, first.sessions.size, first.repeats.size]).toEqual([null, 0, 0]);
  const state = { stack: [{ flow: 'x', vars: { a: '"引号"\n', n: 1.5, none: null } }], frames: 3 };
  const row = { channel: 'wecom', saidAt: at('09:00'), intent: 'sign-in', reply: [draft] };
  await Promise.all(
    writeTurns(
      client,
      {
        inbound: [
          { ...row, messageId: 'a', member: 'm1' },
          { ...row, messageId: 'c', member: null, intent: null, reply: [] },
        ],
        sessions: [{ member: 'm1', state, wakesAt: null, expiresAt: at('21:00') }],
        ends: [{ member: 'm1', flow: 'sign-in', revision: 'r', reason: 'done' }],
        noticed: ['m1', 'm2'],
      },
      monday,
    ),
  );
  await client.query('commit');
  const second = await openUnitOfWork(client, senders);
  await client.query('commit');
  expect(second.sessions.get('m1')).toEqual(state);
  expect(second.repeats).toEqual(
    new Map([
      ['wecom a', [draft]],
      ['wecom c', []],
    ]),
  );
  expect(second.members.get('wecom m2')!.noticedAt).toBe(monday);
  expect(second.unitsVersion).toBe(1);
  const kept = await client.query('select member, wakes_at, expires_at, updated_at from session');
  expect(kept.rows).toEqual([{ member: 'm1', wakes_at: null, expires_at: at('21:00'), updated_at: monday }]);
});

const changes: Change[] = [
  { change: 'fact', fact: { kind: 'signed_in', unit: 'b1', member: 'm1', duty: 'event', onDay: '2026-12-07' } },
  {
    change: 'fact',
    fact: { kind: 'leave', unit: 'b1', member: 'm2', duty: 'event', data: { reason: 'illness' }, recordedBy: 'm3' },
  },
  {
    change: 'fact',
    fact: {
      kind: 'volunteer_service',
      unit: 'b1',
      member: 'm1',
      onDay: '2026-12-06',
      data: { hours: 2.5, what: '清垃圾' },
    },
  },
  { change: 'fact', fact: { kind: 'dues_reported', unit: 'b1', member: 'm1', month: '2026-12' } },
  { change: 'fact', fact: { kind: 'studied', unit: 'b1', member: 'm1', data: { item: 'card-1' } } },
  { change: 'duty-state', duty: 'event/m1', state: 'done' },
  { change: 'acknowledged', duty: 'event/m1' },
  { change: 'message', to: { members: ['m1', 'm2'] }, kind: 'reply', draft, dueAt: at('09:00') },
];

test('facts, duties and messages come back as they were written', async () => {
  const units = await readUnits(client);
  await client.query(
    `insert into duty (id, programme, item, unit, member, period, due_on) select 'dues/b1/2026-12/' || id, 'dues', 'dues', 'b1', id, '2026-12', '2026-12-31' from member`,
  );
  await client.query(`insert into push (member, on_day, kind) values ('m1', '2026-12-06', 'reminder')`);
  await writeChanges(client, changes, { now: monday, doors, units });
  const { rows } = await client.query(
    'select member, kind, duty, on_day, month, data, recorded_by, at, corrects from fact order by id',
  );
  expect(rows[2]).toEqual({
    member: 'm1',
    kind: 'volunteer_service',
    duty: null,
    on_day: '2026-12-06',
    month: null,
    data: { hours: 2.5, what: '清垃圾' },
    recorded_by: null,
    at: monday,
    corrects: null,
  });
  expect(rows[1]).toMatchObject({ member: 'm2', recorded_by: 'm3', data: { reason: 'illness' } });

  const settings = units.settings('b1');
  const [event] = await eventsOf(client, 'b1', settings, { from: at('00:00'), until: at('23:00') }, monday);
  expect(event).toMatchObject({
    id: 'event',
    title: '主题党日',
    place: null,
    day: '2026-12-07',
    start: '09:00',
    startsAt: at('09:00'),
    opens: '08:30',
    window: 'open',
  });
  const attendance = await attendanceOf(client, 'event');
  expect(attendance.get('m1')).toMatchObject({ kind: 'signed_in', reason: null, recordedBy: null, at: monday });
  expect(attendance.get('m2')).toMatchObject({ kind: 'leave', reason: 'illness', recordedBy: 'm3' });
  expect(await ownDuty(client, 'event', 'm1')).toEqual({ state: 'done', acknowledged: true });
  expect(await ownDuty(client, 'event', 'm2')).toEqual({ state: 'open', acknowledged: false });
  expect((await membersOf(client, ['b1'])).map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
});

/** Views that are asked about one thing by its name. */
const withArgument: Readonly<Record<string, string>> = { entries: 'visit', shelf: 'must-study' };

test('the views read them', async () => {
  const units = await readUnits(client);
  const [member] = await membersOf(client, ['b1']);
  const unit = units.byId.get('b1')!;
  const views = await loadViews(
    viewNames.map((name) => (name in withArgument ? `${name}/${withArgument[name]}` : name)),
    {
      client,
      library,
      units,
      unit,
      member: member!,
      now: monday,
      channels: ['wecom'],
      cipher: fieldCipher(undefined),
    },
  );
  expect(views).toMatchObject({
    event: { id: 'event', mine: 'signed_in', at: monday, state: 'done', acknowledged: true },
    mine: {
      hours: 2.5,
      studied: 1,
      services: [{ on: '2026-12-06', what: '清垃圾', hours: 2.5, recordedBy: null }],
      signIns: [{ on: '2026-12-07', duty: 'event' }],
    },
    serviceHours: { '2026-12-06': 2.5 },
    last: { kind: 'studied', data: { item: 'card-1' } },
    dues: { month: '2026-12', status: 'reported', due: '2026-12-31' },
    duesList: { reported: { ids: ['m1'] } },
    colleagues: [{ id: 'm1' }, { id: 'm2' }, { id: 'm3' }],
    roster: { expected: 3, came: ['党员1'], missing: ['党员3'] },
    holdings: { attendance: 1, dues: 1, services: 1 },
    reach: { members: 3, reachable: 3, branches: 1, calls: 1, unreachable: 0 },
  });
});

test('the outbox hands over, holds, marks and lets go', async () => {
  const pool = client as unknown as pg.Pool;
  const now = monday;
  expect(await nextOutboxAt(pool, 0, at('08:00'))).toBe(at('09:00'));
  const claimed = await claimOutbox(pool, 0, 10, now, now + 1000);
  expect(claimed).toEqual([{ id: 1, attempts: 0 }]);
  expect(await chosenLabels(pool, 1, 'start:help')).toEqual(['好']);
  await releaseOutbox(pool, [1], now);
  await claimOutbox(pool, 0, 10, now, now + 1000);
  const held = await holdOutbox(pool, 1, now, now + 5000);
  expect(held).toEqual({
    id: 1,
    channel: 'wecom',
    kind: 'reply',
    lane: 0,
    members: ['m1', 'm2'],
    accounts: ['m1', 'm2'],
    group: null,
    draft,
    wire: null,
    partsSent: 0,
    attempts: 1,
    dueAt: at('09:00'),
    expiresAt: null,
    createdAt: monday,
    heldUntil: now + 5000,
    pausedUntil: null,
  });
  expect(await storeWire(pool, held!, ['一', '二'])).toBe(true);
  const half = {
    status: outboxStatus.handedOver,
    dueAt: now + 9000,
    leaseUntil: now + 9000,
    attempts: 1,
    outcome: null,
  };
  expect(await mark(pool, held!, { ...half, parts: 1, references: ['r1'] }, now)).toBe(true);
  const missed = [{ member: 'm2', reason: 'not-in-range' as const }];
  const whole = { status: outboxStatus.sent, dueAt: now, attempts: 1, outcome: 'sent', parts: 1, sentAt: now, missed };
  expect(await mark(pool, { id: 1, heldUntil: now + 9000 }, { ...whole, references: ['r2'] }, now)).toBe(true);
  const { rows } = await client.query('select wire, parts_sent, reference, sent_at, status from outbox');
  expect(rows).toEqual([{ wire: ['一', '二'], parts_sent: 2, reference: ['r1', 'r2'], sent_at: now, status: 2 }]);
  await client.query(
    `insert into outbox (channel, kind, lane, accounts, draft, due_at, created_at) values ('wecom', 'notice', 1, '{m1}', '{"text": "x"}', $1, $1)`,
    [new Date(now)],
  );
  expect(await claimOutbox(pool, 1, 10, now, now + 1000)).toEqual([{ id: 2, attempts: 0 }]);
});

test('no statement of the hot path was left out', () => {
  const store = resolve(import.meta.dirname, '../../src/store');
  const files = readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const named = files.flatMap((file) => {
    const text = readFileSync(join(store, file), 'utf8');
    return [...text.matchAll(/\bname: ([^\n]*)/g)].flatMap(([, value]) =>
      [...value!.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name!),
    );
  });
  const missing = new Set(named.filter((name) => hot.test(name) && !ran.has(name)));
  expect([...missing]).toEqual([]);
});
