// `zhibu doctor`: looks at everything the service needs and says in one line each how it stands and what to do. Mends nothing.

import type { Config } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import { readHealth } from '../store/health.ts';
import { makeUnitsCache } from '../store/units.ts';
import { checkApp } from './doctor/app.ts';
import { checkBot } from './doctor/bot.ts';
import { checkCallbacks } from './doctor/callback.ts';
import { checkClock } from './doctor/clock.ts';
import { checkConfiguration } from './doctor/configuration.ts';
import { checkContacts } from './doctor/contacts.ts';
import { checkContent, checkStudy } from './doctor/content.ts';
import { checkDatabase } from './doctor/database.ts';
import type { Finding } from './doctor/finding.ts';
import { sayFinding } from './doctor/finding.ts';
import { checkAppGroups, checkRobots } from './doctor/groups.ts';
import { checkQueue } from './doctor/queue.ts';
import { checkDisk, checkRunning } from './doctor/running.ts';
import { checkTraffic } from './doctor/traffic.ts';
import { checkWechaty } from './doctor/wechaty.ts';
import { doorsOf } from './doors.ts';
import type { AddCommand } from './index.ts';

export const doctorCommand: AddCommand = (program, readConfig) =>
  program
    .command('doctor')
    .description(
      '体检：每扇门通不通、为什么、下一步点哪里；配置、数据库、队列、时钟、假期、学习内容、积压、磁盘；有“不行”就以 1 结束',
    )
    .option('--json', '只输出一个 JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine(readConfig, (finding) => {
        if (!json) console.log(sayFinding(finding));
      });
      const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
      if (json) console.log(JSON.stringify({ ok: count('bad') === 0, findings }));
      else
        console.log(
          count('bad') + count('attention') === 0 ? '一切正常' : `${count('bad')}项不行，${count('attention')}项注意`,
        );
      if (count('bad') > 0) process.exitCode = 1;
    });

/** Tells each finding as soon as it is known. */
async function examine(readConfig: () => Config, tell: (finding: Finding) => void): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const add = (findings: readonly Finding[]) => {
    for (const finding of findings) tell(finding);
    found.push(...findings);
  };
  const config = configOr(readConfig, add);
  if (!config) return found;
  add(checkConfiguration(config));
  const { findings, db, running } = await checkDatabase(config);
  try {
    add(findings);
    add(await checkQueue(config));
    const units = db ? [...(await makeUnitsCache().newest(db.pool)).byId.values()] : [];
    const app = await checkApp(config);
    add(app.findings);
    add(await checkCallbacks(config, running));
    add(await checkBot(config, db));
    add(await checkAppGroups(units, app.call));
    add(await checkRobots(units, config));
    add(await checkContacts(config));
    add(checkWechaty(config));
    add(await checkClock(config, Date.now));
    const now = Date.now();
    const sample = !config.isReal;
    const { findings: ofContent, library } = checkContent(sample, now, config.packsDir);
    add(ofContent);
    if (db) add(await checkTraffic(config, db, { now, running, labels: library?.labels, units }));
    if (db && library) {
      const { labels } = library;
      add(await checkStudy(db, sample, now));
      const doors = doorsOf(config, db, Date.now).map(({ name }) => name);
      add(checkRunning(await readHealth(db.pool, now, doors), { now, running, labels }));
    }
    add(checkDisk(config));
  } finally {
    await db?.close();
  }
  return found;
}

function configOr(readConfig: () => Config, add: (findings: readonly Finding[]) => void): Config | undefined {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    add([{ check: '配置', level: 'bad', what: error.message, todo: '改好 .env 里的这几行，再运行一次 zhibu doctor' }]);
    return undefined;
  }
}
