// The first tables. Shipped migrations are never edited: a change is a new file.

export const ground = `
create table unit (
  id text primary key,
  name text not null,
  kind text not null,
  parent text references unit,
  sector text,
  settings jsonb not null default '{}',
  groups jsonb not null default '{}'
);

-- One row: raised by every change of units, so that processes know when to read them again.
create table org_version (one boolean primary key default true check (one), version bigint not null default 1);
insert into org_version default values;

create table member (
  id text primary key,
  name text not null,
  unit text not null references unit,
  party_group text,
  roles text[] not null default '{}',
  tags text[] not null default '{}',
  status text not null default 'full',
  joined_on date,
  reminders jsonb not null default '{"level":"all","quietWeekdays":[],"quietUntil":null}',
  noticed_at timestamptz,
  left_at timestamptz
);
create index on member (unit);

create table account (
  channel text not null,
  account text not null,
  member text not null references member on delete cascade,
  primary key (channel, account),
  unique (channel, member)
);

create table consent (
  member text not null references member on delete cascade,
  item text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (member, item)
);

-- Once only: a repeat of a message finds its row and the stored reply.
create table inbound (
  channel text not null,
  message_id text not null,
  member text,
  said_at timestamptz not null,
  received_at timestamptz not null,
  intent text,
  reply json not null default '[]',
  primary key (channel, message_id)
);
create index on inbound using brin (received_at);

create table session (
  member text primary key references member on delete cascade,
  state json not null,
  wakes_at timestamptz,
  expires_at timestamptz,
  updated_at timestamptz not null
) with (fillfactor = 60);
-- None on expires_at: every answer moves it, and an index would make each update a new index entry.
create index on session (wakes_at) where wakes_at is not null;

create table session_end (
  id bigint generated always as identity primary key,
  member text not null references member on delete cascade,
  flow text not null,
  revision text not null,
  reason text not null,
  at timestamptz not null
);
create index on session_end using brin (at);

create table flow_revision (
  flow text not null,
  revision text not null,
  -- json, not jsonb: the order of options is part of a flow.
  source json not null,
  first_seen timestamptz not null,
  primary key (flow, revision)
);

create table duty (
  id text primary key,
  programme text not null,
  item text not null,
  unit text not null references unit,
  member text references member on delete cascade,
  period text not null,
  due_on date not null,
  starts_at timestamptz,
  details jsonb not null default '{}',
  state text not null default 'open',
  state_at timestamptz,
  acknowledged_at timestamptz
);
create index on duty (unit, due_on);
create index on duty (member, due_on) where member is not null;

create table fact (
  id bigint generated always as identity primary key,
  kind text not null,
  unit text not null references unit,
  member text references member on delete cascade,
  duty text,
  on_day date,
  month text,
  data jsonb not null default '{}',
  recorded_by text,
  at timestamptz not null,
  corrects bigint references fact
);
create index on fact (member, at);
create index on fact (unit, at);
create index on fact (duty) where duty is not null;
create unique index on fact (corrects) where corrects is not null;

create table record (
  id text primary key,
  kind text not null,
  unit text not null references unit,
  member text references member on delete cascade,
  state text not null,
  title text not null,
  body jsonb not null default '{}',
  created_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on record (unit, kind, updated_at);

create table outbox (
  id bigint generated always as identity primary key,
  channel text not null,
  kind text not null,
  -- 0 replies, 1 pushes, 2 bulk: each waits in a line of its own.
  lane smallint not null,
  unit text,
  members text[] not null default '{}',
  accounts text[] not null default '{}',
  to_group text,
  draft jsonb not null,
  wire text[],
  parts_sent smallint not null default 0,
  -- 0 waiting, 1 handed over, 2 sent, 3 failed, 4 expired, 5 cancelled
  status smallint not null default 0,
  attempts smallint not null default 0,
  due_at timestamptz not null,
  expires_at timestamptz,
  lease_until timestamptz,
  sent_at timestamptz,
  reference text[] not null default '{}',
  outcome text,
  duty text,
  record text,
  created_at timestamptz not null
);
create index on outbox (lane, due_at, id) where status = 0;
create index on outbox (lease_until) where status = 1;
create index on outbox (record) where record is not null;
create index on outbox using brin (created_at);

-- Work that is not a message: digests, exports, plans of broadcasts. The key makes asking twice harmless.
create table task (
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null unique,
  body jsonb not null default '{}',
  status smallint not null default 0,
  attempts smallint not null default 0,
  due_at timestamptz not null,
  lease_until timestamptz,
  done_at timestamptz,
  outcome text,
  created_at timestamptz not null
);
create index on task (due_at, id) where status < 2;

-- Who was not reached by a message, and why.
create table undelivered (
  outbox bigint not null references outbox on delete cascade,
  member text not null references member on delete cascade,
  reason text not null,
  at timestamptz not null,
  primary key (outbox, member)
);
create index on undelivered (member, at);

-- The push budget: at most one push for one person on one day, held by the key itself.
create table push (
  member text not null references member on delete cascade,
  on_day date not null,
  kind text not null,
  about text,
  primary key (member, on_day)
);
create index on push (on_day);

-- Many processes ring; the one whose row this is acts.
create table firing (
  schedule text not null,
  fires_at timestamptz not null,
  claimed_at timestamptz not null,
  done_at timestamptz,
  primary key (schedule, fires_at)
);

create table platform_count (
  bucket text not null,
  window_start timestamptz not null,
  count int not null,
  primary key (bucket, window_start)
);

create table platform_token (
  owner text primary key,
  token text not null,
  expires_at timestamptz not null
);

create table attachment (
  id text primary key,
  name text not null,
  type text not null,
  bytes bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table content_release (
  month text primary key,
  proposed_by text not null,
  proposed_at timestamptz not null,
  approved_by text,
  approved_at timestamptz
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text,
  action text not null,
  subject text,
  unit text,
  detail jsonb not null default '{}'
);
create index on audit (subject, at);
create index on audit using brin (at);

create table setting (key text primary key, value jsonb not null);

-- What the simulator's page shows: the chat of each person and group, kept only there.
create table simulator_chat (
  id bigint generated always as identity primary key,
  chat text not null,
  from_member text,
  body jsonb not null,
  at timestamptz not null
);
create index on simulator_chat (chat, id);
`;
