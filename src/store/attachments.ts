// Files that lie here for a while: what was sent in and what is offered for download. Never looks inside.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';

export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Keeps a file until `expiresAt`; `member` is whose it is, absent = the organisation's. */
export async function keepAttachment(
  client: pg.ClientBase | pg.Pool,
  { id, name, type, bytes, member = null }: Attachment & { readonly member?: MemberId | null },
  now: Instant,
  expiresAt: Instant,
): Promise<void> {
  await client.query(
    'insert into attachment (id, name, type, bytes, created_at, expires_at, member) values ($1, $2, $3, $4, $5, $6, $7)',
    [id, name, type, bytes, new Date(now), new Date(expiresAt), member],
  );
}

/** The file; undefined when it is unknown or has expired. */
export async function attachmentById(
  client: pg.ClientBase | pg.Pool,
  id: string,
  now: Instant,
): Promise<Attachment | undefined> {
  const { rows } = await client.query<Attachment>(
    'select id, name, type, bytes from attachment where id = $1 and expires_at > $2',
    [id, new Date(now)],
  );
  return rows[0];
}
