// For WeChat through Wechaty: how each door with a login stands, and the codes by which people and rooms are bound.

export const wechaty = `
create table door_state (
  door text primary key,
  state text not null,
  -- What the operator scans with a phone; worthless after qr_until.
  qr text,
  qr_until timestamptz,
  note text,
  since timestamptz not null,
  seen_at timestamptz not null
);

-- A code binds once: an account to its member, and a room to the unit where one is named.
create table binding_code (
  code text primary key,
  channel text not null,
  member text not null references member on delete cascade,
  unit text references unit on delete cascade,
  made_at timestamptz not null,
  expires_at timestamptz not null
);
create index on binding_code (member);
`;
