// `zhibu flows`: what publishing this program's flows means for the people who are in the middle of one. Counts, never names; changes nothing.

import path from 'node:path';
import type { Flow } from '../dialogue/flow.ts';
import { groupBy } from '../domain/group-by.ts';
import { clockTimeOf, dayOf } from '../domain/time.ts';
import { loadFlows } from '../library/flows.ts';
import { home } from '../library/library.ts';
import type { OpenConversations, Standing } from '../store/open-conversations.ts';
import { openConversations, revisionKey } from '../store/open-conversations.ts';
import { viewNames } from '../store/views/index.ts';
import { requireExistingData } from './existing-data.ts';
import type { AddCommand } from './index.ts';
import { openMigrated } from './open-database.ts';

export const flowsCommand: AddCommand = (program, readConfig) =>
  program
    .command('flows')
    .description('发布前看一看：改了哪些对话，有多少人正说到一半，他们会怎样')
    .action(async () => {
      const config = readConfig();
      requireExistingData(config);
      const shipped = new Map(loadFlows(path.join(home, 'flows'), viewNames).map((flow) => [flow.name, flow]));
      const db = await openMigrated(config);
      try {
        console.log(sayPlan(shipped, await openConversations(db.pool, shipped, Date.now())));
      } finally {
        await db.close();
      }
    });

function sayPlan(shipped: ReadonlyMap<string, Flow>, open: OpenConversations): string {
  const changed = [...shipped.values()].filter(({ name, revision }) => {
    const kept = open.kept.get(name);
    return kept !== undefined && kept !== revision;
  });
  const added = [...shipped.keys()].filter((name) => !open.kept.has(name));
  const gone = [...open.kept.keys()].filter((name) => !shipped.has(name));
  const list = (names: readonly string[]) => (names.length === 0 ? '没有' : names.join('、'));
  const byFlow = groupBy(open.standings, ({ flow }) => flow);
  return [
    `这个程序带${shipped.size}个对话`,
    `新的：${open.kept.size === 0 ? '全部' : list(added)}`,
    `有改动：${list(changed.map(({ name, title }) => `${title}（${name}）`))}`,
    `不再带的：${list(gone)}`,
    byFlow.size === 0 ? '现在没有人正说到一半' : '正说到一半的人：',
    ...[...byFlow].flatMap(([flow, standings]) => [
      `${shipped.get(flow)?.title ?? '不再带的对话'}（${flow}）`,
      ...standings.map((standing) => `  ${sayStanding(standing, shipped, open)}`),
    ]),
  ].join('\n');
}

function sayStanding(
  { flow, revision, step, people, until }: Standing,
  shipped: ReadonlyMap<string, Flow>,
  open: OpenConversations,
): string {
  const at = `${people}人停在“${step}”`;
  if (shipped.get(flow)?.revision === revision) return `${at}：这一版没有改，照常说下去`;
  if (open.unreadable.has(revisionKey(flow, revision)))
    return `${at}：旧版 ${revision} 这个程序读不懂了，他们下次说话时会从头来（flow-gone）`;
  return `${at}：按旧版 ${revision} 说完，最晚 ${dayOf(until)} ${clockTimeOf(until)} 自动结束`;
}
