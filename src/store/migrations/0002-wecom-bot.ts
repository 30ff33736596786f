// For the AI bot: who holds its one connection, where it may write, and where late answers may go.

export const wecomBot = `
-- One holder at a time, by the clock of the database: processes need not agree on the time.
create table lease (
  name text primary key,
  holder text not null,
  until timestamptz not null
);

create table bot_chat (
  chat text primary key,
  -- As WeCom writes it: in another case it does not know the chat.
  exact text not null,
  heard_at timestamptz not null
);

create table bot_answer_url (
  url text primary key,
  chat text not null,
  until timestamptz not null
);
create index on bot_answer_url (chat, until);
`;
