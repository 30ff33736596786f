// Ids that a platform gave our files for a while, for all processes together. They lie beside the access tokens; no file lies here.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';

/** A media cache (channels/wecom/media.ts) under the name `owner`, one for each corp. */
export function platformMediaCache(pool: pg.Pool, owner: string, now: () => Instant) {
  const prefix = `media/${owner}/`;
  return {
    async read(file: string): Promise<string | undefined> {
      const { rows } = await pool.query<{ token: string }>(
        'select token from platform_token where owner = $1 and expires_at > $2',
        [prefix + file, new Date(now())],
      );
      return rows[0]?.token;
    },
    /** Two processes may have uploaded the same file: both send it by the id that was kept first. */
    async keep(file: string, mediaId: string, expiresAt: Instant): Promise<string> {
      await pool.query('delete from platform_token where starts_with(owner, $1) and expires_at <= $2', [
        prefix,
        new Date(now()),
      ]);
      const { rows } = await pool.query<{ token: string }>(
        `insert into platform_token (owner, token, expires_at) values ($1, $2, $3)
          on conflict (owner) do update set token = platform_token.token returning token`,
        [prefix + file, mediaId, new Date(expiresAt)],
      );
      return rows[0]!.token;
    },
    async drop(file: string, mediaId: string): Promise<void> {
      await pool.query('delete from platform_token where owner = $1 and token = $2', [prefix + file, mediaId]);
    },
  };
}
