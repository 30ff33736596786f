// For WeCom's contacts and the pages' login: which department is which unit, why somebody left, and who is logged in.

export const contacts = `
-- A department that an operator or an equal name has linked; a null unit was said to be none.
create table contact_link (
  department bigint primary key,
  unit text references unit on delete cascade
);

-- Null = somebody here said so; else what WeCom told: deleted, out-of-range.
alter table member add column left_why text;
create index on member (left_at) where left_at is not null;

-- When the newest event of the contacts about this account happened: older ones that come later say nothing more.
alter table account add column heard_at timestamptz;

-- A browser that is logged in. The id is kept as a hash: who reads the table cannot log in with it.
create table web_session (
  id text primary key,
  member text not null references member on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index on web_session (member);
`;
