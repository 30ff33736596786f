// For doors that may not write everywhere: which ones were tried for a message, and whose answer the person has seen.

export const botComplete = `
-- Doors that may not write to this person: the next one was tried.
alter table outbox add column tried text[] not null default '{}';

-- When the person had the answer of a message, in doors whose platform never repeats a message; null = not known, or not asked for.
alter table inbound add column answered_at timestamptz;
`;
