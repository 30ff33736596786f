// Whether the queue's Redis can be used. Without one the database hands out the work.

import type { Config } from '../../config.ts';
import { redisState } from '../../jobs/redis-state.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const { good, attention, bad } = findingsOf('队列');

/** BullMQ's own minimum. */
const oldestRedis = [6, 2];

export async function checkQueue({ redisUrl }: Config): Promise<Finding[]> {
  if (!redisUrl) return [good('没有设置 REDIS_URL，由数据库直接派活')];
  const state = await redisState(redisUrl);
  if (state.kind === 'unreachable')
    return [
      bad(`连不上 REDIS_URL 的 Redis（${state.detail}）`, '检查地址、密码和它是否在运行；不用它就去掉 REDIS_URL'),
    ];
  const { version, eviction } = state;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestRedis[0]! || (major === oldestRedis[0]! && minor < oldestRedis[1]!))
    return [bad(`Redis 是 ${version} 版，太旧`, `用 ${oldestRedis.join('.')} 以上的版本`)];
  if (eviction !== undefined && eviction !== 'noeviction')
    return [attention(`Redis ${version} 内存满时会丢数据（${eviction}）`, '设置 maxmemory-policy noeviction')];
  return [good(`Redis ${version}`)];
}
