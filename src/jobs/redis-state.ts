// Asks a Redis what it is, for `zhibu doctor`. Writes nothing into it.

import { Redis } from 'ioredis';

export type RedisState =
  | { readonly kind: 'reached'; readonly version: string; readonly eviction: string | undefined }
  /** `detail` holds no password. */
  | { readonly kind: 'unreachable'; readonly detail: string };

export async function redisState(url: string): Promise<RedisState> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5000,
    commandTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let cause: Error | undefined;
  redis.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    await redis.connect();
    const info = await redis.info();
    const value = (key: string) => new RegExp(`^${key}:(.+?)\\r?$`, 'm').exec(info)?.[1];
    return { kind: 'reached', version: value('redis_version') ?? '', eviction: value('maxmemory_policy') };
  } catch (error) {
    const { code, message } = (cause ?? error) as NodeJS.ErrnoException;
    return { kind: 'unreachable', detail: code ?? message };
  } finally {
    redis.disconnect();
  }
}
