// Whether the database is there, reachable, of the right form and filled. Creates, starts for good and migrates nothing.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../config.ts';
import { Fault } from '../../domain/fault.ts';
import type { Database } from '../../store/database.ts';
import { openDatabase } from '../../store/database.ts';
import { accountFor } from '../../store/embedded/account.ts';
import { hasCluster, sayPlace } from '../../store/embedded/place.ts';
import { readForm } from '../../store/health.ts';
import { migrations } from '../../store/migrations/index.ts';
import { findService } from '../../store/service-lock.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const { good, attention, bad } = findingsOf('数据库');

export interface DatabaseChecked {
  readonly findings: readonly Finding[];
  /** Open and of the program's form; the caller closes it. Absent = nothing can be asked of it. */
  readonly db?: Database;
  /** True when the service runs on it; undefined = cannot be known. */
  readonly running?: boolean;
}

export async function checkDatabase(config: Config): Promise<DatabaseChecked> {
  if (!config.databaseUrl && !hasCluster(config.dataDir)) return { findings: [notYet(config.dataDir)] };
  let db: Database;
  try {
    db = await openDatabase({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, poolSize: 3 });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { findings: [bad(error.message, '改好以后再运行一次 zhibu doctor')] };
  }
  try {
    const { version, applied, units } = await readForm(db.pool);
    const place = config.databaseUrl
      ? `${db.where}，${version} 版`
      : `${db.where}，PostgreSQL ${version}，由${ownerOf(config.dataDir)}运行`;
    const known = migrations.map(({ name }) => name);
    const newer = applied.filter((name) => !known.includes(name));
    const missing = known.filter((name) => !applied.includes(name));
    if (newer.length > 0) {
      await db.close();
      return { findings: [bad(`${place}，比程序新（多出 ${newer.join('、')}）`, '换用新版程序')] };
    }
    if (missing.length > 0) {
      await db.close();
      const finding =
        applied.length === 0
          ? attention(`${place}，还是空的`, '启动服务时会自动建好')
          : attention(`${place}，还差升级 ${missing.join('、')}`, '启动服务时会自动升级，先备份更稳妥');
      return { findings: [finding] };
    }
    const findings = [good(`${place}，结构是 ${applied.at(-1)}`)];
    if (units === 0) findings.push(attention('还没有组织', '用 zhibu import 导入名册或组织文件'));
    const running = db.stay ? (await findService(db)) !== undefined : undefined;
    if (running === false) findings.push(attention('服务没有在运行', '要启动请运行 scripts/start 或 npx zhibu all'));
    return { findings, db, ...(running === undefined ? {} : { running }) };
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** Nothing is there yet: whether the first start can make it. */
function notYet(dataDir: string): Finding {
  const folder = nearestFolder(dataDir);
  try {
    accountFor();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return bad(error.message, '改好以后再运行一次 zhibu doctor');
  }
  if (!isWritableFolder(folder))
    return bad(`还没有建立，${folder} 又写不进`, '检查文件夹的权限，或用 DATA_DIR 指定别处');
  return attention(`还没有建立，第一次启动会建在 ${sayPlace(dataDir)}`, '要启动请运行 scripts/start 或 npx zhibu all');
}

/** The folder itself or the nearest one above it that exists. */
export function nearestFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function isWritableFolder(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The user under whom PostgreSQL runs: the owner of its data. */
function ownerOf(dataDir: string): string {
  const { uid } = statSync(sayPlace(dataDir));
  const asked = spawnSync('id', ['-nu', String(uid)], { encoding: 'utf8' });
  return asked.status === 0 ? `用户 ${asked.stdout.trim()} ` : `用户 ${uid} `;
}
