// What a sync did or would do, in the words an operator reads. Decides nothing.

import type { Named, Stranger, Waiting } from '../domain/contact-sync.ts';
import { changesAnything } from '../domain/contact-sync.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Synced } from './sync-contacts.ts';

export function saySync(synced: Synced, dryRun: boolean): string {
  const { plan, created, book } = synced;
  const nothing = !changesAnything(plan) && created.units.length + created.members.length === 0;
  const linked = [...plan.linked.values()].filter((unit) => unit !== null).length;
  return [
    nothing ? '没有变化' : dryRun ? '试算，什么都没有写入：' : '已同步：',
    `通讯录：看得到${book.departments.length}个部门，其中${linked}个对应到单位；${book.people.length}个账号，其中${plan.settled + plan.bind.length + created.members.length}个是名册里的党员`,
    ...changes(synced),
    ...undecided(synced),
    ...book.notes.map((note) => `说明：${note}`),
  ].join('\n');
}

function changes({ plan, created, units }: Synced): string[] {
  const unitName = (id: string) => `${units.get(id)?.name ?? id}（${id}）`;
  const members = (head: string, list: readonly Named[], say: (one: Named) => string) =>
    list.length === 0 ? [] : [`${head}${list.length}人`, ...list.map((one) => `  ${say(one)}`)];
  return [
    ...created.units.map((unit) => `新建单位 ${unit.name}（${unit.id}）`),
    ...plan.links.map(({ department, name, unit, byName }) =>
      unit === null
        ? `部门 ${name ?? ''}（${department}）不是党组织`
        : `部门 ${name ?? ''}（${department}）对应 ${unitName(unit)}${byName ? '，名称相同' : ''}`,
    ),
    ...(plan.bind.length === 0
      ? []
      : [
          `绑定账号${plan.bind.length}人`,
          ...plan.bind.map(({ name, unit, account }) => `  ${name}（${unit}）：${account}`),
        ]),
    ...members('重新回到企业微信，恢复联系', plan.returned, ({ name, unit }) => `${name}（${unit}）`),
    ...members('账号已删除，记为离开', plan.leave, ({ name, unit }) => `${name}（${unit}）`),
    ...(created.members.length === 0
      ? []
      : [
          `新增党员${created.members.length}人`,
          ...created.members.map(({ name, unit, accounts }) => `  ${name}（${unit}）：${accounts.wecom ?? ''}`),
        ]),
  ];
}

/** Both sides of what does not fit, for people to decide. */
function undecided({ plan, units }: Synced): string[] {
  const unitName = (id: string | null) => (id === null ? '' : (units.get(id)?.name ?? id));
  const waiting = groupBy(plan.waiting, ({ why }) => why);
  const strangers = groupBy(plan.strangers, ({ why }) => why);
  const differing = plan.differing.map(({ name, unit, contactName, contactUnit }) => {
    const says = [
      ...(contactName === null ? [] : [`通讯录里叫${contactName}`]),
      ...(contactUnit === null ? [] : [`部门对应${unitName(contactUnit)}`]),
    ];
    return `  ${name}（${unitName(unit)}）：${says.join('，')}`;
  });
  return [
    ...(['no-account', 'namesakes', 'gone', 'out-of-range'] as const).flatMap((why) =>
      block(
        waitingHeads[why],
        (waiting.get(why) ?? []).map(({ name, unit }) => `${name}（${unitName(unit)}）`),
      ),
    ),
    ...(['not-on-roster', 'namesakes', 'several-units', 'no-name', 'left-before'] as const).flatMap((why) =>
      block(
        strangerHeads[why],
        (strangers.get(why) ?? []).map(
          ({ name, account, unit }) => `${name ?? ''}（${account}${unit === null ? '' : `，${unitName(unit)}`}）`,
        ),
      ),
    ),
    ...(differing.length > 0 ? [`和名册不一样，以名册为准，没有改（${differing.length}人）：`, ...differing] : []),
    ...((strangers.get('no-unit')?.length ?? 0) > 0
      ? [`另有${strangers.get('no-unit')!.length}个账号所在的部门没有对应到单位，没有列出；需要时用 --link 写明`]
      : []),
  ];
}

const waitingHeads: Readonly<Record<Waiting['why'], string>> = {
  'no-account': '名册里还没有账号的党员',
  namesakes: '有重名、分不清的党员，请在名册里填上账号再导入',
  gone: '账号已从企业微信删除的党员，确认离开后加 --leave',
  'out-of-range': '看不到的账号：请在管理后台把他们加进应用的可见范围',
};

const strangerHeads: Readonly<Record<Exclude<Stranger['why'], 'no-unit'>, string>> = {
  'not-on-roster': '通讯录里有、名册里没有的人，不一定是党员；要加用 --create --unit 单位 --only 账号',
  namesakes: '通讯录里重名、分不清的账号',
  'several-units': '同时在几个单位的部门里的账号',
  'no-name': '读不到姓名的账号',
  'left-before': '账号还在、但名册上已离开的人；确实回来了就重新导入名册',
};

function block(head: string, people: readonly string[]): string[] {
  return people.length === 0 ? [] : [`${head}（${people.length}人）：`, `  ${people.join('、')}`];
}
