// A digest as one message that fits a WeCom text. What needs a decision is never left out; long lists are cut to `等N人`.

import type { BranchDigest, ComingEvent, MeetingReport, NameAndReason } from './digest.ts';
import type { OverviewDigest } from './digest-overview.ts';
import type { Line, Section } from './fit-lines.ts';
import { clip, fitLines } from './fit-lines.ts';
import type { Day } from './time.ts';
import { sayDay, sayHours, sayMonth, sayWeekday } from './time.ts';

export type Digest = BranchDigest | OverviewDigest;

/** A WeCom text takes 2,048 bytes and silently cuts what is longer (developer documentation, 发送应用消息 → 文本消息). */
export const digestBytes = 2048;

/** The digest as people read it, at most `digestBytes` long. */
export function digestText(digest: Digest): string {
  const sections = digest.kind === 'branch' ? branchSections(digest) : overviewSections(digest);
  const first = [{ title: null, lines: [fixed(titleOf(digest))] }];
  const all = [...first, ...sections];
  const whole = fitLines([...all, close('回“周报表”可以收到表格')], digestBytes);
  return whole.cut
    ? fitLines([...all, close('名单和内容有省略，回“周报表”可以收到表格')], digestBytes).text
    : whole.text;
}

/** `第一党支部 一周小结（11月30日—12月6日）`. */
export function titleOf(digest: Digest): string {
  return `${clip(digest.unit.name, 30)} ${spanOf(digest)}`;
}

/** The same for a page, where a long name is not cut. */
export function wholeTitleOf(digest: Digest): string {
  return `${digest.unit.name}　${spanOf(digest)}`;
}

function spanOf({ from, to }: Digest): string {
  return `一周小结（${sayDay(from)}—${sayDay(to)}）`;
}

/** What matters most stays longest. */
const rank = {
  decision: 1,
  arrears: 2,
  unreached: 3,
  coming: 4,
  meetings: 5,
  plan: 6,
  dues: 7,
  services: 8,
  solved: 9,
  suggestions: 10,
};

/** Where more than so many owe, they did not forget: the branch does not write it down. Then a number helps more than a list every Monday. */
const namedOwing = 12;

function branchSections(digest: BranchDigest): Section[] {
  const { from, comingFrom, coming, services, dues, arrears } = digest;
  const past: Line[] = [
    ...digest.meetings.flatMap(meetingLines),
    ...when(services.times > 0, plain(rank.services, `志愿服务${services.times}人次，共${sayHours(services.hours)}`)),
    ...when(services.late > 0, plain(rank.services, `另补记以前的志愿服务${services.late}人次`)),
    ...listed(rank.services, '党课：', texts(digest.lectures, 20), '条'),
    ...when(dues !== null, plain(rank.dues, dues ? sayDues(dues, from) : '')),
    ...listed(rank.solved, '解决问题：', texts(digest.solved, 40), '条'),
    ...listed(rank.suggestions, '建议（不记名）：', texts(digest.suggestions, 60), '条'),
  ];
  const ahead: Line[] = [
    ...coming.events.flatMap(eventLines),
    ...coming.dues.map(({ month, dueOn }) =>
      plain(rank.coming, `${date(dueOn, comingFrom)} ${sayMonth(month, comingFrom)}党费到期`),
    ),
    ...listed(rank.plan, '计划里还没办：', coming.plan.map(sayPlan), '项'),
    ...listed(
      rank.plan,
      '专项要办：',
      coming.packs.map(({ title, dueOn }) => `${clip(title, 20)}（${sayDay(dueOn, comingFrom)}前）`),
      '项',
      false,
      '。办好了回“办好一项”',
    ),
  ];
  const near = arrears.filter(({ months }) => months >= 5).map(({ name }) => person(name));
  const some = arrears.filter(({ months }) => months < 5).map(({ name, months }) => `${person(name)}${months}个月`);
  return [
    { title: `【${digest.titles.past}】`, lines: past.length > 0 ? past : [plain(rank.meetings, '没有活动和记录')] },
    { title: '【需要您定】', lines: branchDecisions(digest) },
    {
      title: '【没联系上】',
      lines: digest.unreached.flatMap(({ reason, names }) =>
        listed(rank.unreached, `${clip(reason, 30)}：`, names.map(person), '人'),
      ),
    },
    {
      title: '【请私下关心】',
      lines: [
        ...(near.length + some.length <= namedOwing
          ? [
              ...listed(rank.arrears, '党费五个月以上没有记上，请近日问问有没有难处：', near, '人', true),
              ...listed(rank.arrears, '党费没有记上，也许只是忘了报：', some, '人', true),
            ]
          : [fixed(sayManyOwing(near.length, some.length))]),
      ],
    },
    { title: `【${digest.titles.coming}】`, lines: ahead.length > 0 ? ahead : [plain(rank.coming, '没有安排')] },
  ];
}

function sayManyOwing(near: number, some: number): string {
  const long = near > 0 ? `其中${near}人五个月以上，请先问一问；` : '';
  return `党费三个月以上没有记上的有${near + some}人，${long}收到过的，多半只是没有登记，请本人回“已交党费”补上。名单在“周报表”里`;
}

function branchDecisions({ decisions, comingFrom }: BranchDigest): Line[] {
  const { duesWaiting, moved, callbacks, gaveUp, left, forgotten } = decisions;
  const waiting = duesWaiting.map(({ name, months }) => `${person(name)}（${sayMonths(months, comingFrom)}）`);
  return [
    ...listed(rank.decision, '想请您联系：', callbacks.map(person), '人', true),
    ...listed(rank.decision, '报了党费等您确认：', waiting, '人', true, '。回“确认”'),
    ...listed(
      rank.decision,
      '原定日子不上班，已移到：',
      moved.map(({ title, day, start }) => `${clip(title, 20)} ${date(day, comingFrom)}${start}`),
      '项',
      true,
      '。要改回“定主题党日”',
    ),
    ...listed(
      rank.decision,
      '企业微信里已离开，不再发消息：',
      left.map(person),
      '人',
      true,
      '。还在本支部的话，请管理员重新导入名册',
    ),
    ...listed(
      rank.decision,
      '离开将满90天，个人记录到期删除：',
      forgotten.map(person),
      '人',
      true,
      '。还在本支部的话，请管理员重新导入名册',
    ),
    ...decisions.matters.flatMap(({ label, items, hint }) =>
      listed(
        rank.decision,
        `${clip(label, 12)}：`,
        items.map((item) => clip(item, 20)),
        '项',
        true,
        hint,
      ),
    ),
    ...sharedDecisions(decisions, comingFrom),
    ...when(gaveUp > 0, fixed(`有${gaveUp}次对话没说清楚就停了，可以问问大家哪里不好用`)),
  ];
}

function sharedDecisions(
  { unreleased, holidays }: Pick<BranchDigest['decisions'], 'unreleased' | 'holidays'>,
  today: Day,
): Line[] {
  return [
    ...when(unreleased !== null, fixed(`${sayMonth(unreleased ?? '', today)}的学习内容还没有放行，放行前不推送`)),
    ...holidays.map(({ year, certainty }) =>
      fixed(
        certainty === 'provisional'
          ? `${year}年放假安排是暂定的，调休公布后日子可能要改`
          : `${year}年放假安排还没有录入，日子只按周末推算，请管理员补上`,
      ),
    ),
  ];
}

function meetingLines(meeting: MeetingReport): Line[] {
  const others = meeting.others > 0 ? `，另有${meeting.others}人也来了` : '';
  const counts = {
    open: `正在签到，应到${meeting.expected}人，已到${meeting.came}人${others}`,
    recorded: `应到${meeting.expected}人，到了${meeting.came}人${others}`,
    unrecorded: '没有签到记录，开过的话可以回“到了 姓名”补上',
  }[meeting.state];
  return [
    plain(rank.meetings, `${date(meeting.day, meeting.day)}${clip(meeting.title, 20)}：${counts}`),
    ...listed(rank.meetings, '　请假：', meeting.leave.map(sayLeave), '人'),
    ...listed(rank.meetings, '　没有签到：', meeting.notSignedIn.map(person), '人'),
  ];
}

function eventLines({ title, day, start, place, leave }: ComingEvent): Line[] {
  return [
    plain(rank.coming, `${date(day, day)}${start} ${clip(title, 20)}${place ? `，${clip(place, 20)}` : ''}`),
    ...listed(rank.coming, '　已请假：', leave.map(sayLeave), '人'),
  ];
}

function overviewSections(digest: OverviewDigest): Section[] {
  const { totals, branches, decisions, coming, titles } = digest;
  const { proposals, withoutSecretary } = decisions;
  const dues =
    totals.duesAsked > 0 ? `；${sayMonth(digest.to.slice(0, 7), digest.to)}党费已确认${totals.duesConfirmed}人` : '';
  return [
    {
      title: `【${titles.past}】`,
      lines: [
        plain(
          rank.meetings,
          `${branches.length}个支部，活动${totals.planned}次，有签到记录的${totals.held}次；志愿服务${totals.services}人次，共${sayHours(totals.hours)}${dues}`,
        ),
        ...listed(
          rank.suggestions,
          '',
          branches.map(({ unit, held, services }) => `${clip(unit.name, 20)}活动${held}次、服务${services}人次`),
          '条',
        ),
      ],
    },
    {
      title: '【需要您定】',
      lines: [
        ...when(proposals > 0, fixed(`有${proposals}份学习材料等第二位同志审批，回“审批”`)),
        ...when(decisions.plansWaiting > 0, fixed(`有${decisions.plansWaiting}份年度计划等着签收，回“收计划”`)),
        ...listed(rank.decision, '还没有登记书记的支部：', texts(withoutSecretary, 20), '个', true),
        ...sharedDecisions(decisions, digest.comingFrom),
      ],
    },
    {
      title: '【没联系上】',
      lines: when(totals.unreached > 0, plain(rank.unreached, `各支部共${totals.unreached}人，名单在各支部书记那里`)),
    },
    {
      title: `【${titles.coming}】`,
      lines: [
        plain(rank.coming, coming.events > 0 ? `${coming.branches}个支部有活动，共${coming.events}次` : '没有安排'),
      ],
    },
  ];
}

function sayDues({ month, confirmed, waiting, open }: NonNullable<BranchDigest['dues']>, today: Day): string {
  return `${sayMonth(month, today)}党费：已确认${confirmed}人，等您确认${waiting}人，还没报${open}人`;
}

function sayPlan({ title, period }: BranchDigest['coming']['plan'][number]): string {
  const quarter = /^\d{4}-Q([1-4])$/.exec(period);
  const span = quarter
    ? `${'一二三四'[Number(quarter[1]) - 1]}季度`
    : /^\d{4}-\d{2}$/.test(period)
      ? sayMonth(period)
      : /^\d{4}$/.test(period)
        ? `${period}年`
        : '';
  return `${clip(title, 20)}${span ? `（${span}）` : ''}`;
}

function sayMonths(months: readonly string[], today: Day): string {
  const first = months.slice(0, 3).map((month) => sayMonth(month, today));
  return `${first.join('、')}${months.length > 3 ? `等${months.length}个月` : ''}`;
}

/** `12月7日（周一）`. */
function date(day: Day, today: Day): string {
  return `${sayDay(day, today)}（${sayWeekday(day)}）`;
}

const person = (name: string) => clip(name, 12);
const sayLeave = ({ name, reason }: NameAndReason) => `${person(name)}（${clip(reason, 8)}）`;
const texts = (list: readonly string[], length: number) => list.map((text) => clip(text, length)).filter(Boolean);
const fixed = (head: string): Line => ({ head, rank: rank.decision, keep: true });
const plain = (place: number, head: string): Line => ({ head, rank: place });
const close = (head: string): Section => ({ title: null, lines: [fixed(head)] });

function when(holds: boolean, line: Line): Line[] {
  return holds ? [line] : [];
}

/** A line with a list; none when the list is empty. */
function listed(
  place: number,
  head: string,
  items: readonly string[],
  count: NonNullable<Line['count']>,
  keep = false,
  tail = '',
): Line[] {
  return items.length === 0 ? [] : [{ head, items, count, rank: place, keep, tail }];
}
