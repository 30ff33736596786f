// A digest as sheets of a table: the same content as the message, nothing cut. Names stand only in a branch's own digest.

import type { BranchDigest, MeetingReport } from './digest.ts';
import type { OverviewDigest } from './digest-overview.ts';
import type { Digest } from './digest-text.ts';
import { wholeTitleOf } from './digest-text.ts';
import { sayDay, sayHours, sayMonth, sayWeekday } from './time.ts';

type Cell = string | number | null;

export interface DigestSheet {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly { readonly heading: string; readonly width: number }[];
  readonly rows: readonly (readonly Cell[])[];
}

export function digestSheets(digest: Digest): DigestSheet[] {
  return digest.kind === 'branch' ? branchSheets(digest) : [overviewSheet(digest)];
}

function branchSheets(digest: BranchDigest): DigestSheet[] {
  const title = wholeTitleOf(digest);
  const { decisions, coming, dues } = digest;
  const summary: Cell[][] = [
    ...digest.meetings.map((meeting): Cell[] => [
      '活动',
      `${sayDay(meeting.day)} ${meeting.title}`,
      sayMeeting(meeting),
    ]),
    ['志愿服务', `${digest.services.times}人次`, sayHours(digest.services.hours)],
    ...(digest.services.late > 0 ? [['志愿服务', `${digest.services.late}人次`, '补记以前的']] : []),
    ...(dues
      ? [['党费', sayMonth(dues.month), `已确认${dues.confirmed}人，等确认${dues.waiting}人，还没报${dues.open}人`]]
      : []),
    ...digest.lectures.map((topic): Cell[] => ['党课', topic, null]),
    ...digest.solved.map((what): Cell[] => ['解决问题', what, null]),
    ...digest.suggestions.map((text): Cell[] => ['建议（不记名）', text, null]),
  ];
  const open: Cell[][] = [
    ...decisions.duesWaiting.map(({ name, months }): Cell[] => [
      '党费等您确认',
      name,
      months.map((month) => sayMonth(month)).join('、'),
    ]),
    ...decisions.moved.map((event): Cell[] => ['因放假改了日期', event.title, `${sayDay(event.day)} ${event.start}`]),
    ...decisions.callbacks.map((name): Cell[] => ['想请您联系', name, null]),
    ...(decisions.gaveUp > 0 ? [['没说清楚就停下的对话', `${decisions.gaveUp}次`, null]] : []),
    ...decisions.left.map((name): Cell[] => [
      '企业微信里已离开',
      name,
      '不再发消息；还在本支部的话，请管理员重新导入名册',
    ]),
    ...decisions.forgotten.map((name): Cell[] => [
      '离开将满90天',
      name,
      '个人记录到期删除；还在本支部的话，请管理员重新导入名册',
    ]),
    ...decisions.matters.flatMap(({ label, items }) => items.map((item): Cell[] => [label, item, null])),
    ...(decisions.unreleased ? [['学习内容还没放行', sayMonth(decisions.unreleased), null]] : []),
    ...decisions.holidays.map(({ year, certainty }): Cell[] => [
      '放假安排',
      `${year}年`,
      certainty === 'provisional' ? '是暂定的，调休公布后日子可能要改' : '还没有录入，日子只按周末推算',
    ]),
    ...digest.arrears.map(({ name, months }): Cell[] => ['党费请私下关心', name, `${months}个月没有记上`]),
    ...digest.unreached.flatMap(({ reason, names }) => names.map((name): Cell[] => ['没联系上', name, reason])),
  ];
  const people: Cell[][] = digest.meetings.flatMap((meeting) => [
    ...meeting.leave.map(({ name, reason }): Cell[] => [
      `${sayDay(meeting.day)} ${meeting.title}`,
      name,
      `请假（${reason}）`,
    ]),
    ...meeting.notSignedIn.map((name): Cell[] => [`${sayDay(meeting.day)} ${meeting.title}`, name, '没有签到']),
  ]);
  const ahead: Cell[][] = [
    ...coming.events.map((event): Cell[] => [
      `${sayDay(event.day)}（${sayWeekday(event.day)}）${event.start}`,
      event.title,
      [event.place, ...event.leave.map(({ name, reason }) => `${name}请假（${reason}）`)].filter(Boolean).join('；'),
    ]),
    ...coming.dues.map(({ month, dueOn }): Cell[] => [sayDay(dueOn), `${sayMonth(month)}党费到期`, null]),
    ...coming.packs.map((item): Cell[] => [`${sayDay(item.dueOn)}前`, item.title, '专项要办']),
    ...coming.plan.map((item): Cell[] => [`${sayDay(item.dueOn)}前`, item.title, '计划里还没办']),
  ];
  return [
    sheet('这一周', title, ['类别', '内容', '情况'], summary, [18, 36, 40]),
    sheet('需要您定', title, ['事项', '对象', '说明'], open, [24, 44, 26]),
    sheet('请假和未签到', title, ['活动', '姓名', '情况'], people, [34, 34, 26]),
    sheet('接下来', title, ['时间', '事项', '备注'], ahead, [28, 36, 30]),
  ];
}

function sayMeeting({ state, expected, came, others, leave }: MeetingReport): string {
  const onLeave = `请假${leave.length}人`;
  if (state === 'unrecorded') return `没有签到记录，${onLeave}`;
  const more = others > 0 ? `，另有${others}人也来了` : '';
  return `应到${expected}人，${state === 'open' ? '正在签到，已到' : '到了'}${came}人${more}，${onLeave}`;
}

function overviewSheet(digest: OverviewDigest): DigestSheet {
  const rows = digest.branches.map((branch): Cell[] => [
    branch.unit.name,
    branch.planned,
    branch.held,
    branch.services,
    branch.hours,
    branch.duesAsked,
    branch.duesConfirmed,
    branch.unreached,
  ]);
  const { totals } = digest;
  const total = [
    totals.planned,
    totals.held,
    totals.services,
    totals.hours,
    totals.duesAsked,
    totals.duesConfirmed,
    totals.unreached,
  ];
  const headings = ['支部', '安排的活动', '已开展', '志愿服务人次', '小时', '应交党费人数', '已确认', '没联系上人数'];
  return sheet('各支部', wholeTitleOf(digest), headings, [...rows, ['合计', ...total]], [34, ...total.map(() => 9)]);
}

function sheet(
  name: string,
  title: string,
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
): DigestSheet {
  const none: Cell[] = ['没有', ...headings.slice(1).map(() => null)];
  return {
    name,
    title,
    columns: headings.map((heading, index) => ({ heading, width: widths[index]! })),
    rows: rows.length > 0 ? rows : [none],
  };
}
