// `zhibu broadcast FILE.md`: proposes a study material, or shows beforehand what sending it would mean. Releases nothing by itself.

import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Config } from '../config.ts';
import type { BroadcastBody } from '../domain/broadcast.ts';
import { gatedText, gateProblems, mayBroadcast, sayGateProblem, usualExpiry } from '../domain/broadcast.ts';
import { broadcastId, proposalChanges } from '../domain/broadcast-changes.ts';
import { Fault } from '../domain/fault.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import { tags } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf, instantOf, isDay } from '../domain/time.ts';
import type { Material } from '../library/material.ts';
import { readMaterial } from '../library/material.ts';
import { sayProblem } from '../library/yaml-file.ts';
import { broadcastersOf } from '../store/broadcasts.ts';
import { memberById } from '../store/members.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import { addDecisions } from './broadcast-decisions.ts';
import { sayDelivery } from './broadcast-dry-run.ts';
import type { AddCommand } from './index.ts';
import type { OpenApp } from './with-app.ts';
import { withApp } from './with-app.ts';

interface BroadcastArguments {
  readonly to?: string;
  readonly by?: string;
  readonly at?: Instant;
  readonly dryRun?: boolean;
}

export const broadcastCommand: AddCommand = (program, readConfig) => {
  // The `--by` of `broadcast approve ID --by OTHER` belongs to `approve`.
  program.enablePositionalOptions();
  const command = program
    .command('broadcast')
    .description('提交一份学习材料，由另一位发布人审批后发给一个单位和它下面的全体党员')
    .argument('[file]', '材料（Markdown，开头写 title、source、public、expires，可写 link、audience）')
    .option('--to <unit>', '发给哪个单位（编号），包括它下面的')
    .option('--by <member>', '谁提交（编号），要是这个单位或上级的发布人')
    .option('--at <time>', '什么时候发（北京时间），如 "2026-12-10 09:00"；不写就尽快', readTime)
    .option('--dry-run', '只看会发给谁、什么时候、用多少额度，不提交')
    .addHelpText(
      'after',
      `
材料开头这样写：
  ---
  title: 学习十五五规划建议
  source: 人民日报2026年12月1日
  public: yes            # 公开发布过的才能发；没写或写 no 一律不发
  expires: 2026-12-31    # 最晚送达的日子，不写就是七天
  link: https://…        # 可不写
  audience: [retired]    # 可不写，就是全体；可写 ${tags.join('、')}
  ---
  正文

提交后打印的第一行是材料的编号。`,
    )
    .action((file: string | undefined, options: BroadcastArguments) => {
      const { to, by } = options;
      if (file === undefined) return wrongUse(command, "missing required argument 'file'");
      if (to === undefined) return wrongUse(command, "required option '--to <unit>' not specified");
      if (by === undefined) return wrongUse(command, "required option '--by <member>' not specified");
      return propose(file, { ...options, to, by }, readConfig());
    });
  addDecisions(command, readConfig);
};

function wrongUse(command: Command, message: string): never {
  return command.error(`error: ${message}`, { exitCode: 2, code: 'zhibu.wrongUse' });
}

/** `2026-12-10 09:00`; a day alone means that day's push time. */
function readTime(text: string): Instant {
  const [, day = '', time] = /^(\d{4}-\d{2}-\d{2})(?:[ T]((?:[01]?\d|2[0-3]):[0-5]\d))?$/.exec(text.trim()) ?? [];
  if (!isDay(day)) throw new InvalidArgumentError('写成 "2026-12-10 09:00" 这样');
  return instantOf(day, time?.padStart(5, '0') ?? '00:00');
}

async function propose(
  file: string,
  { to, by, at, dryRun }: BroadcastArguments & { to: string; by: string },
  config: Config,
): Promise<void> {
  const read = readMaterial(file);
  if ('problems' in read) throw new Fault('bad-file', read.problems.map(sayProblem).join('\n'));
  await withApp(config, async (open) => {
    const { app } = open;
    const now = app.clock();
    const units = await app.units.newest(app.pool);
    const { proposer, target } = await whoAndWhere(open, units, by, to);
    const body = bodyOf(read.material, proposer, target, { at: at ?? null, now });
    refuseWhatMayNotGoOut(body, read.material.public);
    if (dryRun) {
      console.log(await sayDelivery(open, { units, target, proposer, body, now }));
      return;
    }
    const approvers = await broadcastersOf(
      app.pool,
      units.above(target.id).map(({ id }) => id),
      proposer.id,
    );
    if (approvers.length === 0)
      throw new Fault('not-allowed', '发布要两个人：一人提交，一人审批；请先给另一位同志加上发布人（broadcaster）');
    const key = `${dayOf(now)}-${randomBytes(3).toString('hex')}`;
    const changes = proposalChanges({ body, proposer, unit: proposer.unit, approvers, key });
    await inTransaction(app.pool, (client) => writeChanges(client, changes, { now, doors: app.jobs.doors, units }));
    const id = broadcastId(proposer.unit, key);
    console.log(id);
    console.error(`已提交，等另一位发布人审批：在对话里回“审批”，或者 zhibu broadcast approve ${id} --by <编号>`);
  });
}

async function whoAndWhere(
  { app }: OpenApp,
  units: Units,
  by: string,
  to: string,
): Promise<{ proposer: Member; target: Unit }> {
  const target = units.byId.get(to);
  if (!target) throw new Fault('not-found', `没有编号为 ${to} 的单位，请检查 --to`);
  const proposer = await memberById(app.pool, by);
  if (!proposer) throw new Fault('not-found', `没有编号为 ${by} 的党员，请检查 --by`);
  const above = units.above(to).map(({ id }) => id);
  if (!mayBroadcast(proposer, above))
    throw new Fault(
      'not-allowed',
      `${proposer.name}（${by}）不是${target.name}或上级单位的发布人，请换有权限的同志提交`,
    );
  return { proposer, target };
}

function bodyOf(
  { title, source, text, link, audience, expires }: Material,
  proposer: Member,
  target: Unit,
  { at, now }: { at: Instant | null; now: Instant },
): BroadcastBody {
  if (at !== null && dayOf(at) < dayOf(now)) throw new Fault('bad-file', '--at 的日子已经过去了，请换一个');
  const from = dayOf(Math.max(now, at ?? now));
  if (expires !== undefined && expires < from)
    throw new Fault('bad-file', `最晚送达的日子 ${expires} 在发送以前，请改 expires`);
  return {
    by: proposer.id,
    title,
    text,
    link: link ?? null,
    file: null,
    source,
    public: true,
    audience,
    at,
    expires: expires ?? usualExpiry(from),
    to: target.id,
    own: false,
  };
}

function refuseWhatMayNotGoOut(body: BroadcastBody, isPublic: boolean | undefined): void {
  const [problem] = gateProblems(gatedText(body), isPublic);
  if (!problem) return;
  const hint = problem.code === 'not-public' ? '公开发布过的，请在文件开头写 public: yes。' : '';
  throw new Fault('not-allowed', `没有提交：${sayGateProblem(problem)}${hint}`);
}
