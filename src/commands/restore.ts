// `zhibu restore FILE`: puts a backup back, all of it or nothing.

import { openDatabase } from '../store/database.ts';
import { migrations } from '../store/migrations/index.ts';
import { restore } from '../store/restore.ts';
import { findService } from '../store/service-lock.ts';
import type { AddCommand } from './index.ts';

export const restoreCommand: AddCommand = (program, readConfig) =>
  program
    .command('restore')
    .description('把备份放回数据库；要么全部恢复，要么保持原样')
    .argument('<file>', 'zhibu backup 写的文件')
    .option('--force', '数据库里已有数据时，用备份全部替换')
    .action(async (file: string, options: { force?: boolean }) => {
      const db = await openDatabase(readConfig());
      try {
        const { tables, rows, made } = await restore(db, file, migrations, options);
        console.log(`已恢复 ${made.slice(0, 16).replace('T', ' ')} 的备份：${tables}张表，${rows}行（${db.where}）`);
        if (await findService(db)) console.log('支部通正在运行，请重新启动它，好让它读到恢复的内容');
      } finally {
        await db.close();
      }
    });
