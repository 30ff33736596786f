// What sending a material would mean, before anybody proposes it: recipients, calls, quota, hours. Counts, never names.

import type { Channel } from '../channels/channel.ts';
import type { BroadcastBody } from '../domain/broadcast.ts';
import { broadcastDraft, broadcastStart } from '../domain/broadcast.ts';
import type { DeliveryPlan, MissReason } from '../domain/broadcast-plan.ts';
import { missReasons, planDelivery } from '../domain/broadcast-plan.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { clockTimeOf, dayOf, sayWeekday, weekStartOf } from '../domain/time.ts';
import { membersOf } from '../store/members.ts';
import { bestAccounts } from '../store/outbox-rows.ts';
import { pushedDays } from '../store/pushes.ts';
import type { Units } from '../store/units.ts';
import type { OpenApp } from './with-app.ts';

export interface Wanted {
  readonly units: Units;
  readonly target: Unit;
  readonly proposer: Member;
  readonly body: BroadcastBody;
  readonly now: Instant;
}

/** Lines for the operator. As it looks now: pushes of the coming days are not known yet. */
export async function sayDelivery({ app, channels }: OpenApp, wanted: Wanted): Promise<string> {
  const { units, target, proposer, body, now } = wanted;
  const { calendar, labels } = app.library;
  const { push_time: pushTime } = units.settings(proposer.unit);
  const start = broadcastStart(now, body.at, pushTime, calendar);
  const below = units.below(target.id);
  const members = await membersOf(
    app.pool,
    below.map(({ id }) => id),
  );
  const ids = members.map(({ id }) => id);
  const pushed = await pushedDays(app.pool, ids, weekStartOf(dayOf(start)));
  const accounts = await bestAccounts(
    app.pool,
    ids,
    channels.map(({ name }) => name),
  );
  const plan = planDelivery(
    body,
    members.map((member) => ({
      member,
      door: accounts.get(member.id)?.channel ?? null,
      pushed: pushed.get(member.id) ?? [],
      off: units.settings(member.unit).off.includes('broadcast'),
    })),
    { start, pushTime, calendar },
  );
  const calls = callsOf(plan, channels, body);
  const branches = below.filter(({ kind }) => kind === 'branch').length;
  return [
    `试算，没有提交：《${body.title}》，发给${target.name}`,
    `收件：${plan.people}人（${members.length}名党员，${branches}个支部）`,
    `发送：${calls.map(({ door, calls: count }) => `${labels.channel(door)}${count}次`).join('，') || '0次'}`,
    `额度：${calls.reduce((sum, one) => sum + one.quota, 0)}人次（企业微信每天的额度是账号上限数×200人次）`,
    ...hours(plan, wanted, start),
    ...missed(plan),
  ].join('\n');
}

/** One call goes to at most `batch` people; a long text takes several messages. */
function callsOf({ rounds }: DeliveryPlan, channels: readonly Channel[], body: BroadcastBody) {
  return channels
    .map(({ name, batch, compose }) => {
      const own = rounds.filter(({ door }) => door === name);
      // A door to groups only is nobody's, and makes nothing for people.
      if (own.length === 0) return { door: name, calls: 0, quota: 0 };
      const parts = compose(broadcastDraft(body), { kind: 'accounts', accounts: ['one'] }, 0).length;
      return {
        door: name,
        calls: parts * own.reduce((sum, { people }) => sum + Math.ceil(people / batch), 0),
        quota: parts * own.reduce((sum, { people }) => sum + people, 0),
      };
    })
    .filter(({ calls }) => calls > 0);
}

function hours({ rounds }: DeliveryPlan, { body, now }: Wanted, start: Instant): string[] {
  const from = Math.max(now, body.at ?? now);
  const times = new Map<Instant, number>();
  for (const { at, people } of rounds) times.set(at, (times.get(at) ?? 0) + people);
  const moved = start > from ? [`  ${sayTime(from)} 是休息日或免打扰时间，改到 ${sayTime(start)}`] : [];
  return [
    `时间：（最晚送达 ${body.expires}）`,
    ...moved,
    ...[...times].map(([at, people]) => `  ${sayTime(at)} ${people}人`),
    ...(times.size > 1 ? ['  每人一天最多一条，当天已有一条的顺延到下一个工作日'] : []),
  ];
}

function missed({ missed: counts }: DeliveryPlan): string[] {
  const lines = missReasons
    .filter((reason) => counts[reason] > 0)
    .map((reason) => `  ${words[reason]} ${counts[reason]}人`);
  return lines.length === 0 ? ['收不到：没有'] : ['收不到：', ...lines];
}

const words: Readonly<Record<MissReason, string>> = {
  'other-audience': '不在发送对象里',
  'switched-off': '所在单位不收学习材料',
  'turned-down': '选了少提醒或不再提醒',
  'no-account': '还没有绑定账号',
  'too-late': '最晚送达的日子以前排不上',
};

function sayTime(at: Instant): string {
  return `${dayOf(at)} ${sayWeekday(dayOf(at))} ${clockTimeOf(at)}`;
}
