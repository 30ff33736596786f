// What members send in: from the moment a question takes it until its bytes lie here as a file, or were refused. Never looks inside.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import type { FileKind, NewUpload, RefusalReason, UploadMedia } from '../domain/upload.ts';

/** An upload that is still to be fetched. */
export interface WaitingUpload extends NewUpload {
  readonly media: UploadMedia;
}

/** Notes what was sent in; the same one twice is once. */
export async function addUploads(
  client: pg.ClientBase,
  changes: readonly { readonly upload: NewUpload }[],
): Promise<void> {
  const of = <T>(pick: (upload: NewUpload) => T) => changes.map(({ upload }) => pick(upload));
  await client.query(
    `insert into upload (id, member, channel, ref, media, name, takes, sent_at)
      select id, member, channel, ref, media, name, string_to_array(takes, ','), sent_at
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
        as new(id, member, channel, ref, media, name, takes, sent_at)
      on conflict (id) do nothing`,
    [
      of(({ id }) => id),
      of(({ member }) => member),
      of(({ channel }) => channel),
      of(({ ref }) => ref),
      of(({ media }) => media),
      of(({ name }) => name),
      of(({ takes }) => takes.join(',')),
      of(({ sentAt }) => new Date(sentAt)),
    ],
  );
}

/** The upload while it waits; undefined when it is settled or its member is gone. With `lock` nobody else settles it meanwhile. */
export async function waitingUpload(
  client: pg.ClientBase | pg.Pool,
  id: string,
  lock = false,
): Promise<WaitingUpload | undefined> {
  const { rows } = await client.query<Omit<WaitingUpload, 'sentAt' | 'takes'> & { takes: FileKind[]; sent_at: number }>(
    `select id, member, channel, ref, media, name, takes, sent_at from upload where id = $1 and state = 'waiting'
      ${lock ? 'for update' : ''}`,
    [id],
  );
  const [row] = rows;
  return row && { ...row, sentAt: row.sent_at };
}

/** Ends the wait; the way to the bytes is forgotten with it. */
export async function settleUpload(
  client: pg.ClientBase,
  id: string,
  settled:
    | { readonly state: 'kept'; readonly name: string }
    | { readonly state: 'refused'; readonly why: RefusalReason },
): Promise<void> {
  await client.query(`update upload set state = $2, why = $3, name = coalesce($4, name), ref = '' where id = $1`, [
    id,
    settled.state,
    settled.state === 'refused' ? settled.why : null,
    settled.state === 'kept' ? settled.name : null,
  ]);
}

/** How far the member's uploads of the last two days are, by id. */
export async function uploadStates(
  client: pg.ClientBase | pg.Pool,
  member: MemberId,
  now: Instant,
): Promise<Record<string, { readonly state: 'waiting' | 'kept' | 'refused'; readonly name: string | null }>> {
  const { rows } = await client.query<{ id: string; state: 'waiting' | 'kept' | 'refused'; name: string | null }>({
    name: 'upload-states',
    text: `select id, state, name from upload where member = $1 and sent_at > $2`,
    values: [member, new Date(now - 2 * 24 * 3_600_000)],
  });
  return Object.fromEntries(rows.map(({ id, state, name }) => [id, { state, name }]));
}

/** Keeps a file for longer; one that is not its member's own any more belongs to the organisation. */
export async function keepFile(
  client: pg.ClientBase,
  { id, until, own }: { readonly id: string; readonly until: Instant; readonly own: boolean },
): Promise<void> {
  await client.query(
    `update attachment set expires_at = greatest(expires_at, $2), member = case when $3 then member end where id = $1`,
    [id, new Date(until), own],
  );
}

/** Removes files at once, and what is known of how they came. */
export async function removeFiles(client: pg.ClientBase, ids: readonly string[]): Promise<void> {
  await client.query('delete from attachment where id = any($1::text[])', [ids]);
  await client.query('delete from upload where id = any($1::text[])', [ids]);
}
