// Whether this machine's clock agrees with WeCom's. Sets nothing.

import type { Config } from '../../config.ts';
import type { Instant } from '../../domain/time.ts';
import { clockTimeOf, dayOf, minute } from '../../domain/time.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const clock = findingsOf('时钟');

/** Callbacks older than ten minutes are refused; half of that is time to act. */
const driftToMend = 5 * minute;
const driftToMind = minute;

/** The time zone of the machine does not matter: everything is reckoned in Beijing time. */
export async function checkClock({ environment, isReal }: Config, now: () => Instant): Promise<Finding[]> {
  const here = `本机时间是北京时间 ${dayOf(now())} ${clockTimeOf(now())}`;
  if (!isReal) return [clock.good(`${here}，没有接企业微信，没有核对`)];
  const theirs = await dateAt(environment.WECOM_API_BASE);
  if (theirs === undefined) return [clock.attention(`${here}，没能和企业微信核对`, '自己对一下时间')];
  const drift = now() - theirs;
  const said = `${here}，比企业微信${drift > 0 ? '快' : '慢'}${Math.round(Math.abs(drift) / 1000)}秒`;
  const todo = '打开系统的自动对时（如 timedatectl set-ntp true）';
  if (Math.abs(drift) >= driftToMend) return [clock.bad(said, todo)];
  if (Math.abs(drift) >= driftToMind) return [clock.attention(said, todo)];
  return [clock.good(`${here}，和企业微信一致`)];
}

/** The time in the head of any answer, to the second. */
async function dateAt(url: string): Promise<Instant | undefined> {
  try {
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    const at = Date.parse(response.headers.get('date') ?? '');
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
