// The tables as kysely sees them. Instants come back as epoch milliseconds, days as YYYY-MM-DD (see the parsers in database.ts); instants are written as Date.

import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Draft, FailureReason, MessageKind } from '../domain/message.ts';
import type { ChannelName, Reminders, UnitSettings } from '../domain/organisation.ts';

type Time = ColumnType<number, Date, Date>;
type TimeOrNull = ColumnType<number | null, Date | null | undefined, Date | null>;
/** JSON is written as text: pg would turn a top-level array into a PostgreSQL array. */
type Stored<T> = ColumnType<T, string | undefined, string>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;

export interface Tables {
  unit: {
    id: string;
    name: string;
    kind: string;
    parent: string | null;
    sector: string | null;
    settings: Stored<UnitSettings>;
    groups: Stored<Partial<Record<ChannelName, string>>>;
  };
  org_version: { one: WithDefault<boolean>; version: WithDefault<number> };
  member: {
    id: string;
    name: string;
    unit: string;
    party_group: string | null;
    roles: WithDefault<string[]>;
    tags: WithDefault<string[]>;
    status: WithDefault<string>;
    joined_on: string | null;
    reminders: Stored<Reminders>;
    noticed_at: TimeOrNull;
    left_at: TimeOrNull;
    greeted_on: string | null;
    left_why: string | null;
  };
  account: { channel: string; account: string; member: string; heard_at: TimeOrNull };
  consent: { member: string; item: string; given_at: Time; withdrawn_at: TimeOrNull };
  inbound: {
    channel: string;
    message_id: string;
    member: string | null;
    said_at: Time;
    received_at: Time;
    intent: string | null;
    reply: Stored<Draft[]>;
  };
  session: {
    member: string;
    state: Stored<unknown>;
    wakes_at: TimeOrNull;
    expires_at: TimeOrNull;
    updated_at: Time;
  };
  session_end: {
    id: GeneratedAlways<number>;
    member: string;
    flow: string;
    revision: string;
    reason: string;
    at: Time;
  };
  flow_revision: { flow: string; revision: string; source: Stored<unknown>; first_seen: Time };
  duty: {
    id: string;
    programme: string;
    item: string;
    unit: string;
    member: string | null;
    period: string;
    due_on: string;
    starts_at: TimeOrNull;
    details: Stored<Record<string, unknown>>;
    state: WithDefault<string>;
    state_at: TimeOrNull;
    acknowledged_at: TimeOrNull;
    raised_at: TimeOrNull;
  };
  fact: {
    id: GeneratedAlways<number>;
    kind: string;
    unit: string;
    member: string | null;
    duty: string | null;
    on_day: string | null;
    month: string | null;
    data: Stored<Record<string, unknown>>;
    recorded_by: string | null;
    at: Time;
    corrects: number | null;
  };
  record: {
    id: string;
    kind: string;
    unit: string;
    member: string | null;
    state: string;
    title: string;
    body: Stored<Record<string, unknown>>;
    created_by: string | null;
    created_at: Time;
    updated_at: Time;
  };
  outbox: {
    id: GeneratedAlways<number>;
    channel: string;
    kind: ColumnType<MessageKind, string, string>;
    lane: number;
    unit: string | null;
    members: WithDefault<string[]>;
    accounts: WithDefault<string[]>;
    to_group: string | null;
    draft: Stored<Draft>;
    wire: string[] | null;
    parts_sent: WithDefault<number>;
    status: WithDefault<number>;
    attempts: WithDefault<number>;
    due_at: Time;
    expires_at: TimeOrNull;
    lease_until: TimeOrNull;
    sent_at: TimeOrNull;
    reference: WithDefault<string[]>;
    outcome: string | null;
    duty: string | null;
    record: string | null;
    created_at: Time;
    tried: WithDefault<string[]>;
  };
  task: {
    id: GeneratedAlways<number>;
    kind: string;
    key: string;
    body: Stored<Record<string, unknown>>;
    status: WithDefault<number>;
    attempts: WithDefault<number>;
    due_at: Time;
    lease_until: TimeOrNull;
    done_at: TimeOrNull;
    outcome: string | null;
    created_at: Time;
  };
  undelivered: { outbox: number; member: string; reason: ColumnType<FailureReason, string, string>; at: Time };
  push: { member: string; on_day: string; kind: string; about: string | null };
  firing: { schedule: string; fires_at: Time; claimed_at: Time; done_at: TimeOrNull };
  platform_count: { bucket: string; window_start: Time; count: number };
  platform_token: { owner: string; token: string; expires_at: Time };
  attachment: {
    id: string;
    name: string;
    type: string;
    bytes: Buffer;
    created_at: Time;
    expires_at: Time;
    member: string | null;
  };
  upload: {
    id: string;
    member: string;
    channel: string;
    ref: string;
    media: string;
    name: string | null;
    takes: string[];
    state: WithDefault<string>;
    why: string | null;
    sent_at: Time;
  };
  content_release: {
    month: string;
    proposed_by: string;
    proposed_at: Time;
    approved_by: string | null;
    approved_at: TimeOrNull;
  };
  audit: {
    id: GeneratedAlways<number>;
    at: Time;
    actor: string | null;
    action: string;
    subject: string | null;
    unit: string | null;
    detail: Stored<Record<string, unknown>>;
  };
  setting: { key: string; value: Stored<unknown> };
  simulator_chat: {
    id: GeneratedAlways<number>;
    chat: string;
    from_member: string | null;
    body: Stored<unknown>;
    at: Time;
  };
  lease: { name: string; holder: string; until: Time };
  door_trouble: { door: string; at: Time; code: string };
  door_state: {
    door: string;
    state: string;
    qr: string | null;
    qr_until: TimeOrNull;
    note: string | null;
    since: Time;
    seen_at: Time;
  };
  binding_code: { code: string; channel: string; member: string; unit: string | null; made_at: Time; expires_at: Time };
  bot_chat: { chat: string; exact: string; heard_at: Time };
  contact_link: { department: number; unit: string | null };
  web_session: { id: string; member: string; created_at: Time; expires_at: Time };
  bot_inbox: { message_id: string; inbound: Stored<unknown>; heard_at: Time };
  inbound_waiting: { channel: string; message_id: string; inbound: Stored<unknown>; kept_by: string; kept_at: Time };
  bot_answer_url: { url: string; chat: string; until: Time };
}
