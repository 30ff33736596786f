// `zhibu sync`: binds userids of WeCom's contacts to members of the roster, and says who is unmatched. Never overwrites the roster, and creates nobody unasked.

import type { Command } from 'commander';
import type { AddCommand } from './index.ts';
import type { SyncOptions } from './sync-contacts.ts';

interface SyncArguments {
  readonly dryRun?: boolean;
  readonly link?: readonly string[];
  readonly create?: boolean;
  readonly unit?: string;
  readonly only?: readonly string[];
  readonly createUnit?: readonly string[];
  readonly parent?: string;
  readonly leave?: boolean;
}

export const syncCommand: AddCommand = (program, readConfig) =>
  program
    .command('sync')
    .description('和企业微信通讯录核对：给名册里的党员绑上账号，列出两边对不上的人')
    .option('--dry-run', '只看会改什么，不写入')
    .option(
      '--link <部门=单位>',
      '写明部门对应哪个单位，如 12=b1；写 12=none 表示不是党组织。写过一次就记住；可以写几次',
      together,
    )
    .option('--create', '把对应部门里、名册上没有的人加进名册，要同时写 --unit')
    .option('--unit <id>', '加进哪个单位')
    .option('--only <账号>', '只加这些账号，用逗号隔开', together)
    .option('--create-unit <部门=单位编号>', '按部门的名字新建一个支部并对应起来，如 12=b3', together)
    .option('--parent <id>', '新建的支部放在哪个单位下面；上级部门已对应单位时不用写')
    .option('--leave', '账号已从企业微信删除的党员，记为离开（90天后删除个人记录）')
    .addHelpText('after', explanation)
    .action(async (given: SyncArguments, command: Command) => {
      const options = optionsOf(given, (problem) => command.error(problem));
      const [{ syncContacts }, { saySync }] = await Promise.all([
        import('./sync-contacts.ts'),
        import('./say-sync.ts'),
      ]);
      console.log(saySync(await syncContacts(readConfig(), options), options.dryRun));
    });

const explanation = `
怎么核对：
  · 部门不等于党支部。只有名称完全相同的，或用 --link 写明的部门，才对应到单位；下级部门跟着上级走。
  · 账号已经在名册里的，按账号认人。没有账号的，在部门对应的单位里按姓名找：两边都只有一位同名的才绑定，有重名就列出来，由人来定。
  · 名册说了算：姓名、支部、职务和通讯录不一样时只列出来，不改。
  · 同事不一定是党员：名册上没有的人只列出来，写了 --create 才加。
  · 手机号、邮箱、头像都不读、不存。
  · 出一点错就什么都不写；再运行一次会说“没有变化”。可以放进计划任务，每天一次。

用哪个密钥：姓名只有应用自己的密钥（WECOM_SECRET）读得到，限于应用的可见范围；
  设了 WECOM_CONTACT_SECRET（通讯录同步）时，还能分清“账号已删除”和“不在可见范围”；应用密钥没有权限时，用它只按账号核对。

例子：
  zhibu sync --dry-run
  zhibu sync --link 12=b1 --link 1=district
  zhibu sync --create --unit b1 --only zhangsan,lisi
`;

/** What was said in several options, or with commas, as one list. */
function together(said: string, before: readonly string[] = []): string[] {
  return [...before, ...said.split(/[,，、\s]+/).filter((one) => one !== '')];
}

function optionsOf(given: SyncArguments, refuse: (problem: string) => never): SyncOptions {
  if (given.create && given.unit === undefined) refuse('--create 要同时用 --unit 写明加进哪个单位');
  if (!given.create && (given.unit !== undefined || given.only !== undefined))
    refuse('--unit 和 --only 要和 --create 一起用');
  if (given.parent !== undefined && given.createUnit === undefined) refuse('--parent 要和 --create-unit 一起用');
  return {
    dryRun: given.dryRun ?? false,
    links: new Map(pairsOf('--link', given.link, refuse).map(([id, unit]) => [id, unit === 'none' ? null : unit])),
    createUnits: new Map(pairsOf('--create-unit', given.createUnit, refuse)),
    parent: given.parent,
    create: given.create && given.unit !== undefined ? { unit: given.unit, only: given.only } : undefined,
    leave: given.leave ?? false,
  };
}

function pairsOf(
  option: string,
  pairs: readonly string[] = [],
  refuse: (problem: string) => never,
): [number, string][] {
  return pairs.map((pair) => {
    const [, department, unit] = /^(\d{1,10})=([A-Za-z0-9_.-]{1,40})$/.exec(pair) ?? [];
    if (department === undefined || unit === undefined)
      return refuse(`${option} 要写成 部门编号=单位编号，如 12=b1，而不是 ${pair}`);
    return [Number(department), unit];
  });
}
