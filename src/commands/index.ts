// The commands of `zhibu`. A new one is a file here and one line. What a command needs is loaded when it runs.

import { Argument, type Command } from 'commander';
import type { Config } from '../config.ts';
import { backupCommand } from './backup.ts';
import { type BenchName, bench, benches } from './bench.ts';
import { bookCommand, reportCommand } from './book.ts';
import { broadcastCommand } from './broadcast.ts';
import { digestCommand } from './digest.ts';
import { doctorCommand } from './doctor.ts';
import { fakeWecomCommand } from './fake-wecom.ts';
import { flowsCommand } from './flows.ts';
import { groupCommand } from './group.ts';
import { importCommand } from './import.ts';
import { menuCommand } from './menu.ts';
import { overviewCommand } from './overview.ts';
import { planFormCommand } from './plan-form.ts';
import { restoreCommand } from './restore.ts';
import { syncCommand } from './sync.ts';
import { terminalCommand } from './terminal.ts';

export type AddCommand = (program: Command, readConfig: () => Config) => void;

const service =
  (name: 'all' | 'serve' | 'work', summary: string): AddCommand =>
  (program, readConfig) =>
    program
      .command(name)
      .description(summary)
      .option('--sample', '数据库是空的时候，装入示例组织')
      .action(async (options: { sample?: boolean }) =>
        (await import('./service.ts')).runService(name, readConfig(), options),
      );

export const commands: readonly AddCommand[] = [
  service('all', '在一个进程里运行全部'),
  service('serve', '只接收消息、提供页面'),
  service('work', '只发送和办定时的事'),
  importCommand,
  syncCommand,
  menuCommand,
  groupCommand,
  broadcastCommand,
  digestCommand,
  overviewCommand,
  bookCommand,
  planFormCommand,
  reportCommand,
  doctorCommand,
  flowsCommand,
  terminalCommand,
  backupCommand,
  restoreCommand,
  (program) =>
    program
      .command('lint')
      .description('检查 flows/ 和 content/ 里写的内容')
      .option('--packs <folder>', '自己写的专项放在哪个文件夹')
      .action(async ({ packs }: { packs?: string }) => {
        if (!(await import('./lint.ts')).lint(packs)) process.exitCode = 1;
      }),
  (program) =>
    program
      .command('rehearse')
      .description('预演一段日子里每个人会收到什么，什么都不发')
      .requiredOption('--from <day>', '从哪天开始，如 2026-12-01')
      .requiredOption('--days <n>', '多少天')
      .option('--org <file>', '组织文件，缺省用示例组织')
      .option('--packs <folder>', '自己写的专项放在哪个文件夹')
      .option(
        '--lively [seed]',
        '党员也说话：有人当场回，有人晚几天，有人说错，有人不回；书记开会、记录、确认党费、报计划。同一个数字每次都一样，缺省1',
      )
      .option('--json', '每行一个 JSON；--lively 时回复带着对方说的话（said）')
      .action(async (options) => (await import('./rehearse.ts')).rehearse(options)),
  (program) =>
    program
      .command('talks')
      .description('运行对话测试')
      .argument('<paths...>', '文件或文件夹')
      .option('--json', '以 JSON 输出')
      .option('--coverage', '有步骤没被走到也算失败')
      .option('--packs <folder>', '自己写的专项放在哪个文件夹')
      .option('--as <door>', '没有写明门的对话从哪扇门走，可写几个；every 是每一扇', (door, doors: string[] = []) => [
        ...doors,
        door,
      ])
      .action(
        async (paths: string[], options: { json?: boolean; coverage?: boolean; as?: string[]; packs?: string }) => {
          const { talks } = await import('./talks.ts');
          if (!(await talks(paths, options))) process.exitCode = 1;
        },
      ),
  (program) =>
    program
      .command('bench')
      .description('测一测：每个数字旁边都有同一次测出的底线')
      .addArgument(new Argument('<what>', '测什么').choices(benches))
      .option('--json', '只输出一个 JSON')
      .action((what: BenchName, options: { json?: boolean }) => bench(what, options)),
  fakeWecomCommand,
];
