// How a door stands, judged by what went through it lately. Pure: figures and time are handed in; counts only, never a person.

import { clockTimeOf, dayLength, dayOf, hour, type Instant, minute, sayDay } from './time.ts';

/** The doors as an operator speaks of them: `appchat` = groups that the app made, `contacts` = reading WeCom's address book. */
export const doorNames = ['wecom', 'wecom-bot', 'appchat', 'webhook', 'contacts', 'wechaty', 'simulator'] as const;
export type DoorName = (typeof doorNames)[number];

export const doorTitles: Readonly<Record<DoorName, string>> = {
  wecom: '企业微信应用',
  'wecom-bot': '企业微信智能机器人',
  appchat: '应用建的群',
  webhook: '群机器人（消息推送）',
  contacts: '企业微信通讯录',
  wechaty: '微信（Wechaty）',
  simulator: '模拟器',
};

/** Doors through which people can be heard. */
const hearing: readonly DoorName[] = ['wecom', 'wecom-bot', 'wechaty', 'simulator'];

/** How a door with a login of its own says it stands (store/door-state.ts). */
export interface DoorLogin {
  readonly state: 'off' | 'missing' | 'starting' | 'waiting-for-scan' | 'open' | 'lost';
  readonly note: string | null;
  readonly since: Instant;
  readonly seenAt: Instant;
}

/** An owner that was silent for so long is gone. */
export const ownerGone = 5 * minute;

/** What went through a door. */
export interface DoorFigures {
  /** When somebody last said something (kept for 30 days), and when something last went out (90 days). */
  readonly heardAt: Instant | null;
  readonly sentAt: Instant | null;
  readonly waiting: number;
  /** Since when the oldest message that is due waits; null = none is late. */
  readonly dueSince: Instant | null;
  /** Messages that failed within a day, by reason. */
  readonly failed: readonly { readonly reason: string; readonly count: number }[];
  readonly trouble: { readonly at: Instant; readonly code: string } | null;
  /** What WeCom last announced about the app itself within 60 days, and when it takes effect. */
  readonly announced: { readonly at: Instant; readonly event: string; readonly effectAt: Instant | null } | null;
}

export const noFigures: DoorFigures = {
  heardAt: null,
  sentAt: null,
  waiting: 0,
  dueSince: null,
  failed: [],
  trouble: null,
  announced: null,
};

export interface DoorJudged {
  readonly level: 'good' | 'attention' | 'bad';
  readonly what: string;
  readonly todo?: string;
}

/** What a kept trouble means; `blocks` = nobody gets anything through the door until somebody mends it. */
export type SayTrouble = (code: string) => { readonly what: string; readonly todo: string; readonly blocks: boolean };

export interface JudgeParts {
  readonly now: Instant;
  /** Whether the service runs; undefined = cannot be known. */
  readonly running?: boolean | undefined;
  readonly say: SayTrouble;
  /** Only of doors that log in. */
  readonly login?: DoorLogin | undefined;
}

/** Judges a door that is configured. */
export function judgeDoor(door: DoorName, figures: DoorFigures, { now, running, say, login }: JudgeParts): DoorJudged {
  const closed = login && judgeLogin(login, now, running);
  if (closed) return closed;
  const { waiting, dueSince, trouble, heardAt, sentAt } = figures;
  const traffic = sayTraffic(door, figures, now);
  // What went out after it shows that the trouble is over.
  const current = trouble !== null && trouble.at > (sentAt ?? Number.NEGATIVE_INFINITY);
  if (current && (waiting > 0 || now - trouble.at < dayLength)) {
    const { what, todo, blocks } = say(trouble.code);
    // A refused group is one group's matter.
    const closes = blocks && door !== 'appchat' && door !== 'webhook';
    return {
      level: closes ? 'bad' : 'attention',
      what: `${sayWhen(trouble.at, now)}发送时：${what}；${traffic}`,
      todo,
    };
  }
  const announced = judgeAnnouncement(figures, now, traffic);
  if (announced) return announced;
  const late = dueSince === null ? 0 : now - dueSince;
  if (late > 10 * minute) {
    const level = late > hour && running !== false ? 'bad' : 'attention';
    const todo = running === false ? '启动服务后会补发没过期的' : '看服务的日志，再看本页其他各项';
    return { level, what: `有消息到时没有发出，最早的是${sayWhen(dueSince!, now)}；${traffic}`, todo };
  }
  if (hearing.includes(door) && door !== 'simulator' && heardAt === null)
    return { level: 'attention', what: `接上了，但30天里没有收到过一句话；${traffic}`, todo: firstWord[door] ?? '' };
  return { level: 'good', what: traffic };
}

/** WeCom suspends apps that nobody uses, and says so beforehand (W90240). After that it says when all is well again. */
function judgeAnnouncement({ announced }: DoorFigures, now: Instant, traffic: string): DoorJudged | undefined {
  if (announced === null || ['reopen_inactive_agent', 'active_restored'].includes(announced.event)) return undefined;
  const when = sayWhen(announced.at, now);
  const use = '请几位同志在手机上打开应用说句话（如“帮助”）';
  const page = '管理后台 → 应用管理 → 点开这个应用';
  if (announced.event === 'close_inactive_agent')
    return {
      level: 'bad',
      what: `${when}企业微信通知：应用太久没人用，已被停用；${traffic}`,
      todo: `${page} → 按页面上的提示重新启用，再${use}`,
    };
  const from = announced.effectAt === null ? '不久' : `从${sayDay(dayOf(announced.effectAt), dayOf(now))}起`;
  return {
    level: 'attention',
    what: `${when}企业微信通知：应用很少有人用，${from}会被停用；${traffic}`,
    todo: `${use}；再看${page}，页面上有没有提示`,
  };
}

/** Undefined when it is logged in. */
function judgeLogin(
  { state, note, since, seenAt }: DoorLogin,
  now: Instant,
  running: boolean | undefined,
): DoorJudged | undefined {
  const said = note === null ? '' : `（${note}）`;
  if (state === 'missing')
    return { level: 'bad', what: `缺少程序包${said}`, todo: '运行 npm run add-wechaty，再重启服务' };
  if (state === 'off' || now - seenAt > ownerGone) {
    const todo = running === false ? '启动服务后会自动接上' : '重启服务；仍然这样就看服务的日志';
    return { level: 'attention', what: `没有进程在管它，上一次有动静是${sayWhen(seenAt, now)}${said}`, todo };
  }
  if (state === 'starting') return { level: 'attention', what: `正在启动${said}`, todo: '过一分钟再看' };
  const scan = '用专门的那个微信号扫一扫 /console 页面（或服务日志）里的二维码；要发的消息都还留着';
  if (state === 'waiting-for-scan')
    return { level: 'bad', what: `从${sayWhen(since, now)}起等着扫码登录${said}`, todo: scan };
  if (state === 'lost') return { level: 'bad', what: `${sayWhen(since, now)}掉了登录${said}`, todo: scan };
  return undefined;
}

const firstWord: Partial<Readonly<Record<DoorName, string>>> = {
  wecom: '请自己在企业微信“工作台”里打开应用，说一句“帮助”；没有回答就看“应用回调”那一项',
  'wecom-bot': '请自己在企业微信里找到这个机器人，说一句“帮助”；群里要先把它加进群，再 @ 它',
  wechaty: '请用另一个微信号给它发一句“帮助”',
};

function sayTraffic(door: DoorName, { heardAt, sentAt, waiting, failed }: DoorFigures, now: Instant): string {
  const lost = failed.reduce((sum, { count }) => sum + count, 0);
  return [
    ...(hearing.includes(door) ? [`最近一次收到：${heardAt === null ? '没有' : sayWhen(heardAt, now)}`] : []),
    `最近一次主动发出：${sentAt === null ? '没有' : sayWhen(sentAt, now)}`,
    waiting === 0 ? '没有等着发的' : `等着发的${waiting}条`,
    ...(lost === 0 ? [] : [`一天之内没送到${lost}条`]),
  ].join('，');
}

/** `今天 09:30`, else `2026-11-20 09:30`; Beijing time. */
export function sayWhen(at: Instant, now: Instant): string {
  const day = dayOf(at);
  return `${day === dayOf(now) ? '今天' : day} ${clockTimeOf(at)}`;
}
