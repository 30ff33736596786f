// `zhibu broadcast approve | status | cancel | recall ID`: what becomes of a proposed material. Sends nothing: a running service does.

import type { Command } from 'commander';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { belongsTo } from '../domain/audience.ts';
import type { BroadcastRecord } from '../domain/broadcast.ts';
import { isRunning, mayBroadcast, targetOf, wantsBroadcasts } from '../domain/broadcast.ts';
import { approvalChanges, cancelChanges, recallChanges } from '../domain/broadcast-changes.ts';
import type { Change } from '../domain/change.ts';
import { Fault } from '../domain/fault.ts';
import { dayOf } from '../domain/time.ts';
import { broadcastById, cancelWaiting, deliveryOf, lockBroadcast, stillToReach } from '../store/broadcasts.ts';
import { memberById } from '../store/members.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { OpenApp } from './with-app.ts';
import { withApp } from './with-app.ts';

export function addDecisions(broadcast: Command, readConfig: () => Config): void {
  const add = (name: string, description: string) =>
    broadcast.command(name).description(description).argument('<id>', '提交时给出的编号');

  add('approve', '同意发出；要由提交人以外的一位发布人')
    .requiredOption('--by <member>', '谁审批（编号）')
    .action((id: string, { by }: { by: string }) =>
      withApp(readConfig(), async (open) => {
        await decide(open, id, async (known, client, units) => {
          await refuseApproval(known, client, units, by);
          return approvalChanges(known, by, open.app.clock());
        });
        console.log('已批准，由正在运行的服务按时间发出');
      }),
    );

  add('status', '到哪一步了，送达多少人').action((id: string) =>
    withApp(readConfig(), async (open) => console.log(await sayStatus(open, id))),
  );

  add('cancel', '不发了；已经发出的留着').action((id: string) =>
    withApp(readConfig(), async (open) => {
      const stopped = { people: 0 };
      await decide(open, id, async (known, client) => {
        if (known.state !== 'proposed' && !isRunning(known) && known.state !== 'sent') throw settled(open, known);
        stopped.people = await cancelWaiting(client, id);
        if (known.state === 'sent' && stopped.people === 0)
          throw new Fault('not-allowed', `这份材料已经发完；要收回请用 zhibu broadcast recall ${id}`);
        return cancelChanges(known, null);
      });
      console.log(`已停止${stopped.people > 0 ? `，${stopped.people}人不再发送` : ''}`);
    }),
  );

  add('recall', '没发的停止，24小时内发出的收回').action((id: string) =>
    withApp(readConfig(), async (open) => {
      await decide(open, id, async (known) => {
        if (known.state === 'proposed')
          throw new Fault('not-allowed', `这份材料还没有发；不发了请用 zhibu broadcast cancel ${id}`);
        if (known.state === 'recalling' || known.state === 'recalled') throw settled(open, known);
        return recallChanges(known, null);
      });
      console.log(`由正在运行的服务撤回；过一会儿用 zhibu broadcast status ${id} 看结果`);
    }),
  );
}

type Decide = (known: BroadcastRecord, client: pg.ClientBase, units: Units) => Promise<Change[]>;

/** Reads the material, decides and writes while nobody else can. */
async function decide({ app }: OpenApp, id: string, changesOf: Decide): Promise<void> {
  const units = await app.units.newest(app.pool);
  await inTransaction(app.pool, async (client) => {
    const known = (await lockBroadcast(client, id)) ?? unknown(id);
    const changes = await changesOf(known, client, units);
    await writeChanges(client, changes, { now: app.clock(), doors: app.jobs.doors, units });
  });
}

async function refuseApproval(known: BroadcastRecord, client: pg.ClientBase, units: Units, by: string): Promise<void> {
  if (known.state !== 'proposed') throw new Fault('not-allowed', '这份材料不在等待审批，不用再批');
  if (known.body.by === by) throw new Fault('not-allowed', '自己提交的材料不能自己审批，请换另一位发布人');
  const member = await memberById(client, by);
  if (!member) throw new Fault('not-found', `没有编号为 ${by} 的党员，请检查 --by`);
  const above = units.above(targetOf(known)).map(({ id }) => id);
  if (!mayBroadcast(member, above))
    throw new Fault('not-allowed', `${member.name}（${by}）不是这个单位或上级单位的发布人，请换有权限的同志审批`);
}

async function sayStatus({ app }: OpenApp, id: string): Promise<string> {
  const { labels } = app.library;
  const known = (await broadcastById(app.pool, id)) ?? unknown(id);
  const { sent, waiting, failed, cancelled, reasons } = await deliveryOf(app.pool, id);
  const later = await notYetPlanned({ app }, known);
  return [
    `《${known.title}》${labels.broadcastState(known.state)}`,
    `送达${sent}人，等待${waiting + later}人，没送到${failed}人${cancelled > 0 ? `，停止${cancelled}人` : ''}`,
    ...reasons.map(({ reason, count }) => `  ${labels.failureReason(reason)} ${count}人`),
    ...(known.state === 'proposed' ? [`等另一位发布人审批：zhibu broadcast approve ${id} --by <编号>`] : []),
  ].join('\n');
}

/** Members it is for whose day has not come yet. */
async function notYetPlanned({ app }: Pick<OpenApp, 'app'>, known: BroadcastRecord): Promise<number> {
  if (known.state !== 'proposed' && !isRunning(known)) return 0;
  const units = await app.units.newest(app.pool);
  const target = units.below(targetOf(known)).filter(({ id }) => !units.settings(id).off.includes('broadcast'));
  const members = await stillToReach(
    app.pool,
    known.id,
    target.map(({ id }) => id),
  );
  const today = dayOf(app.clock());
  return members.filter((member) => belongsTo(known.body.audience, member) && wantsBroadcasts(member, today)).length;
}

function unknown(id: string): never {
  throw new Fault('not-found', `没有编号为 ${id} 的材料；编号是 zhibu broadcast 提交时第一行给出的`);
}

function settled({ app }: OpenApp, { state }: BroadcastRecord): Fault {
  return new Fault('not-allowed', `这份材料${app.library.labels.broadcastState(state)}，不用再办`);
}
