// For doors that may not write everywhere: which ones were tried for a message. For the AI bot: what it heard and has not answered yet.

export const botComplete = `
-- Doors that may not write to this person: the next one was tried.
alter table outbox add column tried text[] not null default '{}';

-- WeCom tells the bot everything once: what a process had heard when it died is answered by the next one. A row lives for as long as its turn.
create table bot_inbox (
  message_id text primary key,
  inbound json not null,
  heard_at timestamptz not null
);
`;
