// `zhibu import FILE`: an organisation from a roster (.xlsx) or a full file (.yaml), with what it changes or would change.

import type { ImportPlan, MemberChanges } from '../domain/import-plan.ts';
import type { Imported } from './import-organisation.ts';
import { importOrganisation } from './import-organisation.ts';
import type { AddCommand } from './index.ts';
import { openMigrated } from './open-database.ts';

interface ImportArguments {
  readonly unit?: string;
  readonly dryRun?: boolean;
}

export const importCommand: AddCommand = (program, readConfig) =>
  program
    .command('import')
    .description('导入组织：名册（.xlsx）或组织文件（.yaml）；有一行不对就全部不导入，再导入一次就是更新')
    .argument('<file>', '名册或组织文件')
    .option('--unit <id>', '名册里没有支部一列时，导入到这个单位；有支部一列时，只在它下面找支部')
    .option('--dry-run', '只看会改什么，不写入')
    .action(async (file: string, options: ImportArguments) => {
      const db = await openMigrated(readConfig());
      try {
        const imported = await importOrganisation(db.pool, file, options);
        console.log(sayImported(imported, options.dryRun ?? false));
      } finally {
        await db.close();
      }
    });

function sayImported({ plan, notes }: Imported, dryRun: boolean): string {
  const { units, members } = plan;
  return [
    dryRun ? '试算，什么都没有写入：' : '已导入：',
    `单位：新增${units.create.length}个，更新${units.update.length}个，没有变化${units.unchanged}个`,
    `党员：新增${members.create.length}人，更新${members.update.length}人，没有变化${members.unchanged}人`,
    ...(dryRun ? details(plan) : []),
    ...notes.map((note) => `说明：${note}`),
  ].join('\n');
}

function details({ units, members }: ImportPlan): string[] {
  return [
    ...units.create.map(({ id, name }) => `  新增单位 ${name}（${id}）`),
    ...units.update.map(
      ({ unit, changed }) =>
        `  更新单位 ${unit.name}（${unit.id}）：${changed.map((key) => unitFields[key]).join('、')}`,
    ),
    ...members.create.map(({ id, name, unit }) => `  新增党员 ${name}（${id}），${unit}`),
    ...members.update.map(({ id, name, changes }) => `  更新党员 ${name}（${id}）：${changedFields(changes)}`),
  ];
}

function changedFields(changes: MemberChanges): string {
  return (Object.keys(changes) as (keyof MemberChanges)[]).map((key) => memberFields[key]).join('、');
}

const unitFields = {
  id: '编号',
  name: '名称',
  kind: '类别',
  parent: '上级单位',
  sector: '领域',
  settings: '设置',
  groups: '群',
} as const;

const memberFields: Readonly<Record<keyof MemberChanges, string>> = {
  name: '姓名',
  unit: '支部',
  partyGroup: '党小组',
  roles: '职务',
  tags: '人员类别',
  status: '党员类别',
  joinedOn: '入党时间',
  accounts: '账号',
  returned: '重新回到名册',
};
