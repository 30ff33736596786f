// Messages whose exchange was over before their turn: the platform was told "taken" and will not repeat them.

export const inboundWaiting = `
-- What was said lies here only until its turn is done; the retention of what nobody could take is a day (src/jobs/take-waiting.ts).
create table inbound_waiting (
  channel text not null,
  message_id text not null,
  inbound json not null,
  -- The process that heard it and tries again by itself while it lives.
  kept_by text not null,
  kept_at timestamptz not null,
  primary key (channel, message_id)
);
`;
