// For whoever looks after the service: what a door last complained of, and when a duty was raised.

export const doorTrouble = `
create table door_trouble (
  -- As in domain/door-health.ts: the app's groups are a door of their own.
  door text primary key,
  at timestamptz not null,
  -- A code of the platform or of the network, never its sentence: that may name people.
  code text not null
);

-- Null = raised before this was kept.
alter table duty add column raised_at timestamptz;
create index on duty using brin (raised_at);
`;
