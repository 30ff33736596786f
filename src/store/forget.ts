// Deletes what has outlived its purpose: the only deletes besides those a member asks for and those of leavers (leaving.ts).

import type pg from 'pg';

export type Ages = Readonly<
  Record<
    | 'inbound'
    | 'sessionEnd'
    | 'outbox'
    | 'push'
    | 'studied'
    | 'audit'
    | 'dues'
    | 'attachment'
    | 'upload'
    | 'submission'
    | 'nominationAsked'
    | 'nomination'
    | 'simulatorChat'
    | 'botChat'
    | 'botInbox'
    | 'webSession'
    | 'bindingCode'
    | 'anonymousTaken',
    Date
  >
>;

const statements: Readonly<Record<keyof Ages, string>> = {
  inbound: 'delete from inbound where received_at < $1',
  sessionEnd: 'delete from session_end where at < $1',
  outbox: 'delete from outbox where created_at < $1 and status >= 2',
  push: 'delete from push where on_day < $1::date',
  studied: `delete from fact where kind = 'studied' and at < $1`,
  audit: 'delete from audit where at < $1',
  dues: `delete from fact where kind in ('dues_reported', 'dues_confirmed') and at < $1
    and not exists (select 1 from fact c where c.corrects = fact.id)`,
  attachment: 'delete from attachment where expires_at < $1',
  upload: 'delete from upload where sent_at < $1',
  submission: `delete from record where kind = 'submission' and updated_at < $1`,
  nominationAsked: `delete from record where kind = 'nomination' and state = 'asked' and created_at < $1`,
  nomination: `delete from record where kind = 'nomination' and updated_at < $1`,
  simulatorChat: 'delete from simulator_chat where at < $1',
  botInbox: 'delete from bot_inbox where heard_at < $1',
  // Where the bot may write to somebody who is no member, or not any more: nobody will.
  botChat: `delete from bot_chat c where chat like 'single/%' and heard_at < $1 and not exists (
    select from account a join member m on m.id = a.member
    where a.channel = 'wecom-bot' and c.chat = 'single/' || a.account and m.left_at is null)`,
  webSession: 'delete from web_session where expires_at < $1',
  bindingCode: 'delete from binding_code where expires_at < $1',
  // Who handed in an anonymous form is known only while that keeps them from doing so twice.
  anonymousTaken: `delete from anonymous_taken t using record r where r.id = t.form
    and (r.state = 'closed' or ((r.body->>'closes')::date + 1)::timestamp at time zone 'Asia/Shanghai' <= $1)`,
};

/** Runs all rules; returns the number of rows each removed. */
export async function forget(pool: pg.Pool, ages: Ages): Promise<Record<string, number>> {
  const gone: Record<string, number> = {};
  for (const [name, statement] of Object.entries(statements)) {
    const { rowCount } = await pool.query(statement, [ages[name as keyof Ages]]);
    if (rowCount) gone[name] = rowCount;
  }
  return gone;
}
