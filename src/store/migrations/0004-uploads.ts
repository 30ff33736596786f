// What members send in on its way to us, whose a kept file is, and on which day who opened the chat was last answered.

export const uploads = `
alter table member add column greeted_on date;

-- Null = the organisation's: a digest, an export, a material.
alter table attachment add column member text references member on delete cascade;
create index on attachment (member) where member is not null;

create table upload (
  -- That of the attachment it becomes.
  id text primary key,
  member text not null references member on delete cascade,
  channel text not null,
  -- How the door fetches it; emptied as soon as that is settled, for it may hold a key.
  ref text not null,
  media text not null,
  name text,
  -- What the question takes.
  takes text[] not null,
  -- waiting, kept or refused
  state text not null default 'waiting',
  why text,
  sent_at timestamptz not null
);
create index on upload (member);
`;
