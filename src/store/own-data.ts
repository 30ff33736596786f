// Everything that is held about one member, from every table that knows members: for the copy a member may ask for.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { dayLength } from '../domain/time.ts';
import type { FieldCipher } from './field-cipher.ts';

export type OwnData = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Messages are listed for so long, with kind and time and without their text. */
const messagesFor = 30 * dayLength;

/** One statement for each table; `$1` is the member, `$2` the instant from which messages are listed. The test of this file finds tables that are missing. */
export const ownDataStatements: Readonly<Record<string, string>> = {
  member:
    'select id, name, unit, party_group, roles, tags, status, joined_on, reminders, noticed_at, left_at, left_why from member where id = $1',
  account: 'select channel, account from account where member = $1',
  bot_chat: `select c.exact as account, c.heard_at as first_wrote_at from bot_chat c join account a on a.channel = 'wecom-bot' and c.chat = 'single/' || a.account
      where a.member = $1`,
  binding_code: 'select unit, expires_at from binding_code where member = $1',
  calendar_feed: 'select created_at from calendar_feed where member = $1',
  consent: 'select item, given_at, withdrawn_at from consent where member = $1',
  fact: `select f.kind, f.on_day, f.month, f.duty, f.data, f.recorded_by, f.at,
      exists (select 1 from fact c where c.corrects = f.id) as withdrawn from fact f where f.member = $1 order by f.id`,
  duty: `select programme, details->>'title' as title, period, due_on, state, state_at, acknowledged_at from duty where member = $1 order by due_on`,
  record: `select kind, state, title, created_at, case when kind = 'submission' then body end as body from record
      where member = $1 or created_by = $1 order by created_at`,
  upload: 'select media, name, state, why, sent_at from upload where member = $1 order by sent_at',
  attachment:
    'select id, name, type, length(bytes) as size, created_at, expires_at from attachment where member = $1 order by created_at',
  session: `select s.updated_at, array(select f->>'flow' from json_array_elements(s.state->'stack') f) as flows from session s where s.member = $1`,
  web_session: 'select created_at, expires_at from web_session where member = $1 order by created_at',
  session_end: 'select flow, reason, at from session_end where member = $1 order by at',
  inbound: 'select channel, said_at, intent from inbound where member = $1 order by said_at',
  outbox:
    'select kind, channel, created_at, sent_at, outcome from outbox where $1 = any(members) and created_at >= $2 order by created_at',
  undelivered: 'select reason, at from undelivered where member = $1 order by at',
  anonymous_taken: 'select form from anonymous_taken where member = $1',
  push: 'select on_day, kind from push where member = $1 order by on_day',
  audit: `select a.at, a.action, m.name as who, a.subject is not distinct from $1 as about from audit a left join member m on m.id = a.actor
      where a.subject = $1 or a.actor = $1 order by a.at`,
  content_release:
    'select month, proposed_at, approved_at from content_release where proposed_by = $1 or approved_by = $1',
  simulator_chat: `select at, case when from_member is null then 'bot' else 'me' end as who, body from simulator_chat
      where chat = 'member:' || $1 or from_member = $1 order by id`,
};

/** Reads it all; a statement that does not use `$2` gets only the member. */
export async function readOwnData(
  client: pg.ClientBase | pg.Pool,
  member: MemberId,
  now: Instant,
  cipher: FieldCipher,
): Promise<OwnData> {
  const data: Record<string, readonly Record<string, unknown>[]> = {};
  for (const [table, statement] of Object.entries(ownDataStatements)) {
    const values = statement.includes('$2') ? [member, new Date(now - messagesFor)] : [member];
    const { rows } = await client.query(statement, values);
    data[table] = table === 'fact' ? rows.map((row) => opened(row, cipher)) : rows;
  }
  return data;
}

function opened(row: Record<string, unknown>, cipher: FieldCipher): Record<string, unknown> {
  const data = row.data as Record<string, unknown>;
  return 'text' in data ? { ...row, data: { ...data, text: cipher.open(data.text) } } : row;
}
