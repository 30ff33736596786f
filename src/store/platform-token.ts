// The access token of one app in the database, for all processes together. Never logs it.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';

/**
 * A token store (channels/wecom/token.ts) under the name `owner`, one for each corp and secret. The lock is one of PostgreSQL on a connection
 * of its own, so it ends with the process that holds it.
 */
export function platformTokenStore(pool: pg.Pool, owner: string) {
  return {
    async read(): Promise<{ readonly token: string; readonly expiresAt: Instant } | undefined> {
      const { rows } = await pool.query<{ token: string; expiresAt: Instant }>(
        'select token, expires_at as "expiresAt" from platform_token where owner = $1',
        [owner],
      );
      return rows[0];
    },
    async write(token: string, expiresAt: Instant): Promise<void> {
      await pool.query(
        `insert into platform_token (owner, token, expires_at) values ($1, $2, $3)
          on conflict (owner) do update set token = excluded.token, expires_at = excluded.expires_at`,
        [owner, token, new Date(expiresAt)],
      );
    },
    async drop(token: string): Promise<void> {
      await pool.query('delete from platform_token where owner = $1 and token = $2', [owner, token]);
    },
    async locked<T>(work: () => Promise<T>): Promise<T> {
      const client = await pool.connect();
      let failed: Error | undefined;
      try {
        await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lockName(owner)]);
        return await work();
      } finally {
        // A lock that cannot be given back must not return to the pool with its connection.
        await client
          .query('select pg_advisory_unlock(hashtextextended($1, 0))', [lockName(owner)])
          .catch((error: Error) => {
            failed = error;
          });
        client.release(failed);
      }
    },
  };
}

function lockName(owner: string): string {
  return `zhibu token ${owner}`;
}
