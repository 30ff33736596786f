// What a branch's digest says and what it never says, from facts made by hand.

import { describe, expect, test } from 'vitest';
import type { BranchFacts, MeetingFacts } from '../../src/domain/digest.ts';
import { buildBranchDigest } from '../../src/domain/digest.ts';
import { buildOverview } from '../../src/domain/digest-overview.ts';
import { digestSheets } from '../../src/domain/digest-sheets.ts';
import { digestBytes, digestText } from '../../src/domain/digest-text.ts';
import type { Member, Tag } from '../../src/domain/organisation.ts';
import { clockTimeOf, dayOf, hour, instantOf } from '../../src/domain/time.ts';
import { loadLabels } from '../../src/library/labels.ts';

const labels = loadLabels('content');
const person = (id: string, name: string, tags: Tag[] = ['ordinary']): Member => ({
  id,
  name,
  unit: 'b1',
  partyGroup: null,
  roles: [],
  tags,
  status: 'full',
  joinedOn: null,
  reminders: { level: 'all', quietWeekdays: [], quietUntil: null },
  noticedAt: 0,
  leftAt: null,
});
const members = [
  person('lijie', '李洁'),
  person('qianduo', '钱多', ['mobile']),
  person('sunbo', '孙波', ['retired', 'elderly']),
  person('wangfang', '王芳'),
  person('zhaolei', '赵磊'),
];

const facts: BranchFacts = {
  kind: 'branch',
  unit: { id: 'b1', name: '第一党支部' },
  period: { from: '2026-11-30', to: '2026-12-06', comingFrom: '2026-12-07', comingTo: '2026-12-13' },
  now: instantOf('2026-12-07', '09:00'),
  members,
  meetings: [],
  services: { times: 0, hours: 0, late: 0 },
  lectures: [],
  suggestions: [],
  solved: [],
  dues: [],
  undelivered: [],
  callbacks: [],
  gaveUp: 0,
  left: [],
  forgotten: [],
  matters: [],
  plan: [],
  unreleased: null,
  holidays: [],
};

const meeting = (startsAt: number, more: Partial<MeetingFacts> = {}): MeetingFacts => ({
  title: '主题党日',
  day: dayOf(startsAt),
  start: clockTimeOf(startsAt),
  startsAt,
  closesAt: startsAt + 3 * hour,
  place: null,
  moved: false,
  asked: null,
  attendance: [],
  ...more,
});
const came = (...ids: string[]) => ids.map((member) => ({ member, kind: 'signed_in' as const, reason: null }));
const text = (more: Partial<BranchFacts>) => digestText(buildBranchDigest({ ...facts, ...more }, labels));

describe('a meeting of the week', () => {
  const held = instantOf('2026-12-02', '14:00');

  test('names who is on leave with the category and who did not sign in, never exempt members', () => {
    const attendance = [...came('wangfang', 'sunbo'), { member: 'lijie', kind: 'leave' as const, reason: 'illness' }];
    const said = text({ meetings: [meeting(held, { attendance })] });
    expect(said).toContain('12月2日（周三）主题党日：应到3人，到了1人，另有1人也来了');
    expect(said).toContain('请假：李洁（生病）');
    expect(said).toContain('没有签到：赵磊');
    expect(said).not.toMatch(/钱多|%/);
  });

  test('of the committee counts and misses the committee only', () => {
    const asked = new Set(['wangfang', 'lijie']);
    const said = text({
      meetings: [meeting(held, { title: '支委会会议', asked, attendance: came('wangfang', 'zhaolei') })],
    });
    expect(said).toContain('支委会会议：应到2人，到了1人，另有1人也来了');
    expect(said).toContain('没有签到：李洁');
    expect(said).not.toContain('赵磊');
  });

  test('without any sign-in names nobody: the gap is the record’s, not the members’', () => {
    const digest = buildBranchDigest({ ...facts, meetings: [meeting(held)] }, labels);
    expect(digestText(digest)).toContain('没有签到记录');
    expect(digestText(digest)).not.toMatch(/赵磊|李洁|到了0人/);
    expect(JSON.stringify(digestSheets(digest))).not.toMatch(/赵磊|到了0人/);
  });

  test('that is still open for sign-in names nobody as missing', () => {
    const period = { from: '2026-11-30', to: '2026-12-07', comingFrom: '2026-12-07', comingTo: '2026-12-13' };
    const attendance = came('wangfang');
    const said = text({ period, meetings: [meeting(instantOf('2026-12-07', '09:00'), { attendance })] });
    expect(said).toContain('正在签到，应到3人，已到1人');
    expect(said).not.toContain('赵磊');
  });
});

test('a theme day on the Monday of the digest is coming, with its place and who took leave', () => {
  const attendance = [{ member: 'lijie', kind: 'leave' as const, reason: 'duty' }];
  const said = text({ meetings: [meeting(instantOf('2026-12-07', '09:00'), { attendance, place: '二楼会议室' })] });
  expect(said).toMatch(/【本周】\n12月7日（周一）09:00 主题党日，二楼会议室\n　已请假：李洁（出差值班）/);
});

describe('dues', () => {
  const month = (member: string, when: string, more: Partial<BranchFacts['dues'][number]> = {}) => ({
    member,
    month: when,
    dueOn: `${when}-07`,
    state: 'open' as const,
    reported: false,
    ...more,
  });

  test('are counted; only who waits for the secretary is named', () => {
    const dues = [
      month('lijie', '2026-12'),
      month('wangfang', '2026-12', { state: 'done', reported: true }),
      month('zhaolei', '2026-12', { reported: true }),
    ];
    const said = text({ dues });
    expect(said).toContain('12月党费：已确认1人，等您确认1人，还没报1人');
    expect(said).toContain('报了党费等您确认：赵磊（12月）。回“确认”');
    expect(said).toContain('12月7日（周一） 12月党费到期');
    expect(said).not.toContain('李洁');
  });

  test('open for three and for five months are a gentle word to the secretary, without a conclusion', () => {
    const open = (member: string, ...months: string[]) => months.map((when) => month(member, when));
    const dues = [
      ...open('lijie', '2026-10', '2026-11'),
      ...open('zhaolei', '2026-09', '2026-10', '2026-11'),
      ...open('wangfang', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'),
    ];
    const digest = buildBranchDigest({ ...facts, dues }, labels);
    expect(digest.arrears).toEqual([
      { name: '王芳', months: 5 },
      { name: '赵磊', months: 3 },
    ]);
    const said = digestText(digest);
    expect(said).toMatch(/【请私下关心】\n.*王芳\n.*赵磊3个月/);
    expect(said).not.toMatch(/脱党|处分|欠|李洁/);
  });

  test('open for more people than forget anything are a number, not a list of names every Monday', () => {
    const many = Array.from({ length: 13 }, (_, index) => ({ ...members[0]!, id: `p${index}`, name: `同志${index}` }));
    const dues = many.flatMap(({ id }) => ['2026-09', '2026-10', '2026-11'].map((when) => month(id, when)));
    const said = text({ members: many, dues });
    expect(said).toContain('党费三个月以上没有记上的有13人，收到过的，多半只是没有登记');
    expect(said).not.toContain('同志1');
  });
});

test('who was not reached stands with what to do about it', () => {
  const said = text({
    undelivered: [
      { member: 'zhaolei', reason: 'not-in-range' },
      { member: 'sunbo', reason: 'no-account' },
      { member: 'somebody-who-left', reason: 'no-account' },
    ],
  });
  expect(said).toContain('不在应用可见范围，请管理员添加：赵磊');
  expect(said).toContain('还没有绑定企业微信账号：孙波');
});

test('every kind of decision survives however much else there is', () => {
  const many = Array.from({ length: 3000 }, (_, index) =>
    person(`m${index}`, `阿依古丽·买买提江${'😀'.repeat(20)}${index}`),
  );
  const startsAt = instantOf('2026-12-08', '09:00');
  const long = '很长的内容'.repeat(100);
  const said = text({
    unit: { id: 'b1', name: '𠮷'.repeat(60) },
    members: many,
    meetings: [
      ...Array.from({ length: 20 }, (_, index) =>
        meeting(instantOf('2026-12-01', '09:00') + index, { title: long, attendance: came('m1', 'm2') }),
      ),
      ...Array.from({ length: 20 }, () => meeting(startsAt, { title: long, place: long, moved: true })),
    ],
    suggestions: Array.from({ length: 200 }, () => long),
    dues: many.flatMap(({ id }) =>
      ['2026-06', '2026-07', '2026-08'].map((when) => ({
        member: id,
        month: when,
        dueOn: `${when}-07`,
        state: 'open' as const,
        reported: Number(id.slice(1)) % 2 === 0,
      })),
    ),
    undelivered: many.map(({ id }) => ({ member: id, reason: 'not-in-range' as const })),
    callbacks: many.map(({ id }) => id),
    gaveUp: 12345,
    unreleased: '2026-12',
    holidays: [
      { year: 2026, certainty: 'unknown' },
      { year: 2027, certainty: 'provisional' },
    ],
  });
  expect(Buffer.byteLength(said)).toBeLessThanOrEqual(digestBytes);
  for (const decision of [
    '想请您联系：',
    '等3000人',
    '报了党费等您确认：',
    '已移到：',
    '12月的学习内容还没有放行',
    '2026年放假安排还没有录入',
    '2027年放假安排是暂定的',
    '有12345次对话',
    '回“周报表”',
  ])
    expect(said).toContain(decision);
  expect(said.isWellFormed()).toBe(true);
});

test('above branches there are counts in the order of names, and nobody’s name', () => {
  const counts = { planned: 1, services: 3, hours: 4.5, duesAsked: 5, duesConfirmed: 2, unreached: 1 };
  const digest = buildOverview({
    kind: 'overview',
    unit: { id: 'district', name: '区直机关党工委' },
    period: facts.period,
    now: facts.now,
    branches: [
      { unit: { id: 'b1', name: '第一党支部' }, ...counts, held: 0, hasSecretary: true },
      { unit: { id: 'b2', name: '第二党支部' }, ...counts, held: 1, hasSecretary: false },
    ],
    proposals: 1,
    coming: { events: 2, branches: 2 },
    unreleased: null,
    holidays: [],
  });
  const said = digestText(digest);
  expect(said).toContain('2个支部，活动2次，有签到记录的1次；志愿服务6人次，共9小时；12月党费已确认4人');
  expect(said).toContain('第一党支部活动0次、服务3人次；第二党支部活动1次、服务3人次');
  expect(said).toContain('有1份学习材料等第二位同志审批');
  expect(said).toContain('还没有登记书记的支部：第二党支部');
  expect(digestSheets(digest)[0]!.rows.at(-1)).toEqual(['合计', 2, 1, 6, 9, 10, 4, 2]);
});
