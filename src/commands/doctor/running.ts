// How the running service stands: what waits, what failed, what was not done, and the room left on the disk.

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../config.ts';
import type { Instant } from '../../domain/time.ts';
import { clockTimeOf, dayOf, hour, minute } from '../../domain/time.ts';
import type { Labels } from '../../library/labels.ts';
import { sayPlace } from '../../store/embedded/place.ts';
import type { Health } from '../../store/health.ts';
import { nearestFolder } from './database.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const waiting = findingsOf('待发');
const schedule = findingsOf('定时');
const people = findingsOf('账号');
const disk = findingsOf('磁盘');

/** `running`: whether the service runs now; undefined = cannot be known. */
export function checkRunning(
  health: Health,
  { now, running, labels }: { now: Instant; running: boolean | undefined; labels: Labels },
): Finding[] {
  return [
    ...checkOutbox(health, now, running, labels),
    ...checkSchedules(health, now, running),
    ...checkPeople(health),
  ];
}

function checkOutbox(
  { due, failed, tasks, brokenTurns }: Health,
  now: Instant,
  running: boolean | undefined,
  labels: Labels,
): Finding[] {
  const findings: Finding[] = [];
  const late = due.since === null ? 0 : now - due.since;
  if (late > hour && running !== false)
    findings.push(
      waiting.bad(`${due.count}条消息到时没有发出，最早的是 ${sayTime(due.since!)}`, '看服务的日志，再查上面几项'),
    );
  else if (late > 10 * minute)
    findings.push(
      waiting.attention(
        `${due.count}条消息到时没有发出`,
        running === false ? '启动服务后会补发没过期的' : '过一会儿再查',
      ),
    );
  if (failed.length > 0) {
    const reasons = failed.map(({ reason, count }) => `${labels.failureReason(reason)} ${count}条`).join('、');
    findings.push(waiting.attention(`一天之内没送到：${reasons}`, '书记的一周小结里有名单，按原因处理'));
  }
  if (tasks.failed > 0) findings.push(waiting.attention(`一周之内有${tasks.failed}件后台的事没有办成`, '看服务的日志'));
  if (brokenTurns > 0)
    findings.push(waiting.attention(`一天之内有${brokenTurns}条消息因程序出错没能处理`, '看服务的日志'));
  return findings.length > 0
    ? findings
    : [waiting.good(due.count === 0 ? '没有积压' : `${due.count}条正等着发，都没有耽误`)];
}

function checkSchedules({ unfinished, lastRun }: Health, now: Instant, running: boolean | undefined): Finding[] {
  if (unfinished.length > 0) {
    const names = unfinished.map(({ schedule: name, at }) => `${name}（${sayTime(at)}）`).join('、');
    return [schedule.bad(`没有办成：${names}`, '看服务的日志；服务运行时会自动再办')];
  }
  if (lastRun === null) return [schedule.attention('还没有办过定时的事', '服务第一次运行后就有')];
  if (now - lastRun > 26 * hour)
    return [
      schedule.attention(`上一次是 ${sayTime(lastRun)}`, running === false ? '启动服务后会补办' : '看服务的日志'),
    ];
  return [schedule.good(`上一次是 ${sayTime(lastRun)}`)];
}

function checkPeople({ members, unbound, outOfRange }: Health): Finding[] {
  const bound =
    unbound === 0
      ? people.good(`${members}名党员都有账号`)
      : people.attention(`${members}名党员里有${unbound}人没有账号，收不到消息`, '在名册里补上企业微信账号再导入');
  if (outOfRange === 0) return [bound];
  return [
    bound,
    people.attention(
      `30天里有${outOfRange}人被移出应用的可见范围或被停用，已按离开处理，收不到消息`,
      '不该少的：管理后台 → 应用管理 → 点开这个应用 → 可见范围 → 编辑，加回来就恢复',
    ),
  ];
}

/** Below these PostgreSQL stops taking anything in, or soon will. */
const tooLittle = 200 * 1024 ** 2;
const little = 1024 ** 3;

export function checkDisk({ databaseUrl, dataDir }: Config): Finding[] {
  if (databaseUrl) return [disk.good('数据在 DATABASE_URL 那边，请在那边看')];
  const folder = nearestFolder(dirname(sayPlace(dataDir)));
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const said = `${folder} 还剩 ${(free / 1024 ** 3).toFixed(1)} GB`;
  const todo = '腾出空间，或用 DATA_DIR 换一个地方';
  if (free < tooLittle) return [disk.bad(said, todo)];
  return [free < little ? disk.attention(said, todo) : disk.good(said)];
}

function sayTime(at: Instant): string {
  return `${dayOf(at)} ${clockTimeOf(at)}`;
}
