// Calendar feeds: whose feed stands behind which secret address, and what each event last looked like in them.

export const calendar = `
create table calendar_feed (
  -- The address is all the protection there is: 32 random bytes.
  token text primary key,
  unit text not null references unit,
  -- Null = the branch's feed.
  member text references member on delete cascade,
  created_at timestamptz not null
);
create index on calendar_feed (unit, member);

-- Calendars take over a change only with a higher number, and a cancellation only of what they have seen.
create table calendar_entry (
  duty text primary key,
  unit text not null references unit,
  shown jsonb not null,
  sequence int not null default 0,
  changed_at timestamptz not null
);
create index on calendar_entry (unit);
`;
