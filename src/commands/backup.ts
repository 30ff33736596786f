// `zhibu backup FILE`: everything that the database holds, in one file, while the service goes on.

import { Fault } from '../domain/fault.ts';
import { backup } from '../store/backup.ts';
import { openDatabase } from '../store/database.ts';
import { appliedMigrations } from '../store/migrate.ts';
import { requireExistingData } from './existing-data.ts';
import type { AddCommand } from './index.ts';

export const backupCommand: AddCommand = (program, readConfig) =>
  program
    .command('backup')
    .description('备份数据库里的全部内容，服务不用停；文件里有个人信息，只有本用户能读，请妥善保管')
    .argument('<file>', '写到哪个文件，已有的会被替换')
    .action(async (file: string) => {
      const config = readConfig();
      requireExistingData(config);
      const db = await openDatabase(config);
      try {
        const client = await db.pool.connect();
        const forms = await appliedMigrations(client).finally(() => client.release());
        if (forms.length === 0)
          throw new Fault('not-found', `没有可备份的内容（${db.where}）；请检查 DATA_DIR 或 DATABASE_URL`);
        const { tables, rows, bytes } = await backup(db, file, Date.now());
        console.log(`已备份到 ${file}：${tables}张表，${rows}行，${Math.ceil(bytes / 1024)} KB`);
        if (config.fieldKey) console.log('加密用的 FIELD_KEY 不在备份里，请另外保存；没有它，加密的内容读不出来');
      } finally {
        await db.close();
      }
    });
