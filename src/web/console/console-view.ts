// Draws the operator's page and its neighbours as HTML. Pure: state in, page out; no script, no style outside its own file.

import { renderSVG } from 'uqr';
import { type DoorJudged, doorTitles, sayWhen } from '../../domain/door-health.ts';
import { addDays, clockTimeOf, dayOf, type Instant, sayDay, sayWeekday } from '../../domain/time.ts';
import type { Labels } from '../../library/labels.ts';
import type { Counted } from '../../store/console-figures.ts';
import type { ConsoleState, DoorShown } from './console-state.ts';
import { type Html, html, raw } from './html.ts';

/** Seconds after which a page with a QR code asks for a fresh one. */
const refreshEvery = 20;

export interface ViewParts {
  readonly labels: Labels;
  /** Titles of programmes by id. */
  readonly programmes: ReadonlyMap<string, string>;
  /** The manuals that are there: file name → title. */
  readonly manuals: ReadonlyMap<string, string>;
  /** Somebody is logged in, on a phone that others may use. */
  readonly mayLogOut: boolean;
}

/** The page itself. */
export function consoleView(state: ConsoleState, { labels, programmes, manuals, mayLogOut }: ViewParts): string {
  const { now, doors, closed, waiting, failed, raised, tasks, rings, about } = state;
  const scanning = doors.some(({ qr }) => qr !== undefined);
  const body = html`
    <header>
      <h1>支部通运行情况</h1>
      <p>${sayDay(dayOf(now))} ${sayWeekday(dayOf(now))} ${clockTimeOf(now)}（北京时间）</p>
      <p class="summary ${worstOf(doors)}">${summary(doors)}</p>
      <p><a class="again" href="/console">刷新</a></p>
    </header>
    <main>
      <section aria-labelledby="doors">
        <h2 id="doors">每扇门</h2>
        <ul class="doors">${doors.map((door) => doorView(door, now))}</ul>
        ${closed.length === 0 ? undefined : html`<p class="quiet">没有接：${closed.map((door) => doorTitles[door]).join('、')}</p>`}
      </section>
      <div class="rest">
        <section aria-labelledby="queue">
          <h2 id="queue">等着发的</h2>
          ${countsView(waiting, (kind) => labels.messageKind(kind), '没有等着发的消息')}
          <h3>一天之内没有送到的</h3>
          ${countsView(failed, (reason) => labels.failureReason(reason), '没有')}
          <h3>后台的事</h3>
          <p>等着办的${tasks.waiting}件，一周之内没办成的${tasks.failed}件</p>
        </section>
        <section aria-labelledby="times">
          <h2 id="times">接下来的定时</h2>
          <dl>${rings.map(({ name, at }) => html`<div><dt>${scheduleTitles[name] ?? name}</dt><dd>${ringTime(at, now)}</dd></div>`)}</dl>
          <h3>今天新生成的任务</h3>
          ${countsView(raised, (id) => programmes.get(id) ?? id, '今天还没有', '项')}
        </section>
        <section aria-labelledby="about">
          <h2 id="about">程序</h2>
          <dl>
            <div><dt>版本</dt><dd>${about.version}</dd></div>
            <div><dt>运行</dt><dd>从${sayWhen(about.startedAt, now)}起</dd></div>
            <div><dt>派活</dt><dd>${about.dispatcher}</dd></div>
            <div><dt>数据</dt><dd>${about.where}</dd></div>
          </dl>
          <p class="hint">每扇门逐项核对：在服务器上运行 <code>npx zhibu doctor</code></p>
          <ul class="links">${[...manuals].map(([name, title]) => html`<li><a href="/console/docs/${name}">${title}</a></li>`)}</ul>
        </section>
      </div>
    </main>
    ${mayLogOut ? html`<form method="post" action="/logout"><button class="again">退出登录</button></form>` : undefined}
    <footer>这一页只有数目和时间，没有消息内容和姓名。谁看过，都会记下。</footer>`;
  return page('支部通运行情况', body, scanning ? refreshEvery : undefined);
}

const scheduleTitles: Readonly<Record<string, string>> = {
  'raise-duties': '生成任务',
  'close-duties': '结束过期的任务',
  retention: '删除到期的数据',
  pushes: '学习和提醒',
  digests: '书记的一周小结',
};

const words: Readonly<Record<DoorJudged['level'], string>> = { good: '正常', attention: '注意', bad: '不通' };

function doorView({ door, level, what, todo, qr }: DoorShown, now: Instant): Html {
  return html`<li class="door ${level}">
    <h3><span class="state">${words[level]}</span> ${doorTitles[door]}</h3>
    ${what.split('；').map((part) => html`<p>${part}</p>`)}
    ${todo === undefined ? undefined : html`<p class="todo"><b>下一步：</b>${todo}</p>`}
    ${
      qr === undefined
        ? undefined
        : html`<figure>
            <div class="qr" role="img" aria-label="登录微信的二维码">${raw(renderSVG(qr.text, { border: 3, ecc: 'M' }))}</div>
            <figcaption>用专门的那个微信号扫，${sayWhen(qr.until, now)}前有效；谁扫了，谁的号就替支部说话</figcaption>
          </figure>`
    }
  </li>`;
}

function worstOf(doors: readonly DoorShown[]): DoorJudged['level'] {
  if (doors.some(({ level }) => level === 'bad')) return 'bad';
  return doors.some(({ level }) => level === 'attention') ? 'attention' : 'good';
}

function summary(doors: readonly DoorShown[]): string {
  const count = (level: DoorJudged['level']) => doors.filter((door) => door.level === level).length;
  const said = [
    ...(count('bad') > 0 ? [`${count('bad')}扇门不通`] : []),
    ...(count('attention') > 0 ? [`${count('attention')}扇门要看一下`] : []),
  ];
  return said.length === 0 ? '各扇门都正常' : said.join('，');
}

function countsView(counts: readonly Counted[], word: (name: string) => string, none: string, measure = '条'): Html {
  if (counts.length === 0) return html`<p>${none}</p>`;
  return html`<dl>${counts.map(({ name, count }) => html`<div><dt>${word(name)}</dt><dd>${count}${measure}</dd></div>`)}</dl>`;
}

function ringTime(at: Instant, now: Instant): string {
  const day = dayOf(at);
  const named =
    day === dayOf(now) ? '今天' : day === addDays(dayOf(now), 1) ? '明天' : `${sayDay(day)} ${sayWeekday(day)}`;
  return `${named} ${clockTimeOf(at)}`;
}

/** One of the manuals, as it stands in its file. */
export function manualView(title: string, text: string): string {
  return page(
    title,
    html`<header><p><a class="again" href="/console">回到运行情况</a></p></header>
      <main class="manual"><pre>${text}</pre></main>`,
  );
}

/** For whoever may not see the page: how to get in, and nothing else. */
export function closedView(
  how: readonly string[],
  login: { readonly href: string; readonly label: string } | undefined,
): string {
  return page(
    '支部通运行情况',
    html`<main class="closed">
      <h1>这一页只给系统管理员看</h1>
      ${how.map((line) => html`<p>${line}</p>`)}
      ${login === undefined ? undefined : html`<p><a class="again" href="${login.href}">${login.label}</a></p>`}
    </main>`,
  );
}

function page(title: string, body: Html, refresh?: number): string {
  return html`${raw('<!doctype html>')}
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh === undefined ? undefined : html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title}</title>
<link rel="stylesheet" href="/console/style.css">
</head>
<body>${body}</body>
</html>
`.html;
}
