// Shows one chat: bubbles, cards, pictures, voice notes, and the time between them. Asks nobody; what is pressed it hands on.

import { checklistOf, showHandedIn } from './checklist.js';
import { avatar, element } from './element.js';
import { makeFollow } from './follow.js';
import { sayWhen } from './when.js';

/** A pause after which the time is written again. */
const pause = 5 * 60 * 1000;

/**
 * @param {HTMLElement} list the `<ol>` of the chat
 * @param {HTMLElement} newest the button that leads to the end
 * @param {{ person: (id: string) => { name: string, hue: number } | undefined, onTap: (button: { label: string, data: string }, card: number) => void }} parts
 */
export function makeChatView(list, newest, { person, onTap }) {
  let me = null;
  let inGroup = false;
  let lines = new Map();
  let lastAt = 0;
  const follow = makeFollow(list, newest);

  /** Shows another chat from its end. */
  function open(viewer, group, greeting, known) {
    me = viewer;
    inGroup = group;
    lines = new Map();
    lastAt = 0;
    list.replaceChildren(element('li.note', {}, greeting));
    for (const line of known) show(line);
    follow.toEnd();
  }

  /** Adds what is not shown yet; lines come in the order of their ids. */
  function add(more) {
    const fresh = more.filter(({ id }) => !lines.has(id));
    if (fresh.length === 0) return;
    setWaiting(false);
    const last = list.lastElementChild;
    for (const line of fresh) show(line);
    const first = last.isConnected ? last.nextElementSibling : list.lastElementChild;
    follow.arrived(
      first,
      fresh.some(({ from }) => from === me),
    );
  }

  function show(line) {
    lines.set(line.id, line);
    if (line.at - lastAt > pause) list.append(element('li.note.when', {}, element('time', {}, sayWhen(line.at))));
    lastAt = line.at;
    const shown = line.body.kind === 'recalled' ? recalled(line) : spoken(line);
    shown.id = `line-${line.id}`;
    list.append(shown);
    if (line.body.kind === 'tap') markChosen(line.body);
  }

  function recalled(line) {
    document.getElementById(`line-${line.body.of}`)?.remove();
    return element('li.note', {}, '支部通撤回了一条消息');
  }

  function spoken(line) {
    const mine = line.from === me;
    const who = line.from === null ? null : person(line.from);
    const name = line.from === null ? '支部通' : (who?.name ?? '同志');
    const heading =
      inGroup && !mine ? element('span.name', {}, name) : element('span.unseen', {}, `${mine ? '我' : name}：`);
    return element(
      `li.line.${mine ? 'mine' : 'theirs'}`,
      {},
      avatar(line.from === null ? null : (who ?? { name, hue: 0 })),
      element('div.said', {}, heading, bodyOf(line)),
    );
  }

  function bodyOf({ id, body }) {
    switch (body.kind) {
      case 'text':
        return element('p.bubble', {}, body.text);
      case 'tap':
        return element('p.bubble', {}, body.label);
      case 'upload':
        return uploadOf(body);
      default:
        return draftOf(body.draft, id);
    }
  }

  function draftOf(draft, id) {
    const { title, text, rows, link, file, buttons, checklist } = draft;
    if (!title && !rows?.length && !buttons?.length && !checklist && !link && !file)
      return element('p.bubble', {}, ...withLinks(text));
    return element(
      'article.bubble.card',
      {},
      title ? element('h3', {}, title) : null,
      text.trim() ? element('p', {}, ...withLinks(text)) : null,
      rows?.length ? rowsOf(rows) : null,
      link ? tile('link', link.label, hostOf(link.url), link.url) : null,
      file ? tile('file', file.name, '点开保存', `/simulator/api/file/${encodeURIComponent(file.id)}`) : null,
      checklist ? checklistOf(checklist, (button) => onTap(button, id)) : null,
      buttons?.length ? buttonsOf(buttons, id) : null,
    );
  }

  function buttonsOf(buttons, id) {
    const long = buttons.some(({ label }) => label.length > 6);
    const shape = buttons.length < 3 && !long ? '' : buttons.length === 4 && !long ? '.pairs' : '.long';
    return element(
      `div.buttons${shape}`,
      { role: 'group', 'aria-label': '回复' },
      ...buttons.map((button) =>
        element('button', { type: 'button', 'data-data': button.data, onclick: () => onTap(button, id) }, button.label),
      ),
    );
  }

  function uploadOf(body) {
    if (body.media === 'image') {
      const gone = () => picture.replaceWith(element('p.bubble.faint', {}, '图片已过期'));
      const src = `/simulator/api/file/${encodeURIComponent(body.file)}`;
      const picture = element('img.picture', {
        src,
        alt: `图片：${body.name}`,
        onerror: gone,
        onload: follow.grown,
      });
      return picture;
    }
    if (body.media === 'file' || !body.says)
      return tile('file', body.name, '点开保存', `/simulator/api/file/${encodeURIComponent(body.file)}`);
    const seconds = Math.max(1, Math.round(body.says.length / 4));
    return element(
      'div.bubble.voice',
      {},
      element('p.sound', {}, element('img', { src: '/simulator/sound.svg', alt: '' }), `语音 ${seconds}″`),
      element('p.says', {}, body.says),
    );
  }

  /** The pressed button of a card stays marked, and so does what was ticked. */
  function markChosen({ card, data }) {
    const form = document.querySelector(`#line-${Number(card)} .checklist`);
    if (form) return showHandedIn(form, data);
    for (const button of document.querySelectorAll(`#line-${Number(card)} .buttons button`)) {
      button.classList.toggle('chosen', button.dataset.data === data);
    }
  }

  /** Three dots while an answer is on its way. */
  function setWaiting(waiting) {
    list.querySelector('.waiting')?.remove();
    if (!waiting) return;
    const dots = element(
      'p.bubble.dots',
      {},
      element('span.unseen', {}, '支部通正在回'),
      ...[1, 2, 3].map(() => element('i')),
    );
    list.append(element('li.line.theirs.waiting', {}, avatar(null), element('div.said', {}, dots)));
    follow.grown();
  }

  return { open, add, setWaiting, toEnd: follow.toEnd };
}

function rowsOf(rows) {
  const cells = rows.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, value)]);
  return element('dl.rows', {}, ...cells);
}

function tile(sign, label, hint, href) {
  // Only web addresses and files of our own can be opened.
  if (!/^(https?:|\/)/.test(href)) return element('p', {}, `${label}：${href}`);
  return element(
    'a.tile',
    { href, target: '_blank', rel: 'noreferrer noopener' },
    element('img.sign', { src: `/simulator/${sign}.svg`, alt: '' }),
    element('span', {}, element('b', {}, label), element('small', {}, hint)),
  );
}

function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Text with its web addresses as links. */
function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s<>"\u3000-\u303f\uff00-\uffef]+)/)
    .map((part, index) =>
      index % 2 === 1 ? element('a', { href: part, target: '_blank', rel: 'noreferrer noopener' }, part) : part,
    );
}
