// The page of the simulator: who speaks, where, and what time it is there. Everything shown comes from the service.

import { ask, listen, Refused, tell } from './api.js';
import { makeChatView } from './chat-view.js';
import { makeComposer } from './composer.js';
import { avatar, element } from './element.js';
import { recall, remember } from './memory.js';
import { makePeopleView } from './people-view.js';
import { suggestionsFor } from './suggestions.js';
import { tourFor } from './tour.js';
import { sayWhen } from './when.js';

const at = (id) => document.getElementById(id);
const state = { units: [], people: new Map(), place: 'private', rooms: {}, news: {}, mayMove: false, ...recall() };
let stream;
let toastTimer;

const view = makeChatView(at('chat'), at('newest'), {
  person: (id) => state.people.get(id),
  onTap: ({ label, data }, card) => act('tap', { label, data, card }),
});
const peopleView = makePeopleView(at('people'), (id) => {
  showSide(false);
  void choose(id);
});
makeComposer({ onSay: (text) => act('say', { text }), onUpload: (upload) => act('upload', upload), onTrouble: toast });

async function start() {
  setElder(state.elder);
  try {
    const { units, now, mayMove, news } = await ask('people');
    Object.assign(state, { units, mayMove, news });
    const everybody = units.flatMap(({ members }) => members);
    // Neighbours in the list get colours that differ.
    for (const [index, person] of everybody.entries()) person.hue = (index * 3) % 8;
    state.people = new Map(everybody.map((person) => [person.id, person]));
    setNow(now);
  } catch (error) {
    return toast(error);
  }
  if (state.people.size === 0) return toast('还没有组织。请先运行 npx zhibu import 导入，再刷新这一页。');
  // After a new database the numbers begin again.
  for (const [chat, id] of Object.entries(state.seen)) if (id > (state.news[chat] ?? 0)) delete state.seen[chat];
  peopleView.open(state.units);
  showTour();
  at('moves').hidden = !state.mayMove;
  await choose(state.people.has(state.me) ? state.me : newcomer());
}

/** Whom a newcomer is first: somebody without an office. */
function newcomer() {
  const first = tourFor(state.units)[0]?.who;
  return first ?? state.people.keys().next().value;
}

async function choose(id, place = 'private') {
  state.me = id;
  const person = state.people.get(id);
  stream?.close();
  const words = [person.words[0], person.group?.name].filter(Boolean).join(' · ');
  at('me').replaceChildren(
    avatar(person),
    element('span.who', {}, element('b', {}, person.name), element('small', {}, words)),
  );
  at('open-people').setAttribute('aria-label', `您现在是${person.name}，${words}。换一个人`);
  at('group-name').textContent = person.group ? `${person.group.name} 群` : '';
  at('tab-group').parentElement.hidden = !person.group;
  try {
    const chats = await ask(`chat?member=${encodeURIComponent(id)}`);
    if (state.me !== id) return;
    state.rooms = { private: chats.private, group: chats.group ?? [] };
    setNow(chats.now);
    enterRoom(person.group ? place : 'private');
    const last = Math.max(0, ...Object.values(state.rooms).flatMap((lines) => lines.map((line) => line.id)));
    stream = listen(id, last, { onNews, onConnected });
    await tell('enter', { member: id });
  } catch (error) {
    toast(error);
  }
}

function enterRoom(place) {
  state.place = place;
  const person = state.people.get(state.me);
  for (const tab of document.querySelectorAll('[role="tab"]')) {
    const chosen = tab.dataset.place === place;
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  at('toast').hidden = true;
  view.open(state.me, place === 'group', greetingFor(person, place), state.rooms[place]);
  at('text').placeholder = place === 'group' ? '在群里说点什么' : '说点什么';
  at('picture').hidden = at('voice').hidden = place === 'group';
  showChips(person);
  markRead();
}

function greetingFor(person, place) {
  return place === 'group'
    ? `这是${person.group.name}的群，支部里的人都看得到。`
    : `您现在是${person.name}，说一句或点一个词试试。`;
}

function onNews({ lines, news, now }) {
  for (const line of lines) {
    const room = state.rooms[line.chat.startsWith('group:') ? 'group' : 'private'];
    if (!room.some(({ id }) => id === line.id)) room.push(line);
  }
  for (const [chat, id] of Object.entries(news)) state.news[chat] = Math.max(id, state.news[chat] ?? 0);
  view.add(state.rooms[state.place]);
  setNow(now);
  markRead();
}

function onConnected(connected) {
  document.body.classList.toggle('offline', !connected);
}

/** What is open counts as read; everything else with news gets a dot. */
function markRead() {
  const person = state.people.get(state.me);
  const chats = { private: `member:${state.me}`, group: person.group ? `group:${person.group.id}` : '' };
  const open = chats[state.place];
  if (state.news[open]) state.seen[open] = state.news[open];
  const isNew = (chat) => (state.news[chat] ?? 0) > (state.seen[chat] ?? 0);
  const unread = new Set([...state.people.keys()].filter((id) => isNew(`member:${id}`)));
  peopleView.mark(state.me, unread);
  for (const place of ['private', 'group']) at(`tab-${place}`).querySelector('.dot').hidden = !isNew(chats[place]);
  at('others-dot').hidden = ![...unread].some((id) => id !== state.me);
  remember(state);
}

function showChips(person) {
  const colleagues = [...state.people.values()].filter(
    ({ id, group }) => id !== person.id && group?.id === person.group?.id,
  );
  const chip = (text) => element('button', { type: 'button', onclick: () => act('say', { text }) }, text);
  at('chips').replaceChildren(
    ...suggestionsFor(person, state.place, colleagues).map((text) => element('li', {}, chip(text))),
  );
  at('chips').scrollLeft = 0;
}

function showTour() {
  const steps = tourFor(state.units).filter(({ clock }) => !clock || state.mayMove);
  at('tour-side').hidden = steps.length === 0;
  at('tour').replaceChildren(
    ...steps.map((step) => {
      const button = element(
        'button',
        { type: 'button' },
        element('b', {}, step.title),
        element('small', {}, step.hint),
      );
      button.addEventListener('click', () => takeStep(step, button));
      return element('li', {}, button);
    }),
  );
}

async function takeStep(step, button) {
  showSide(false);
  button.classList.add('done');
  if (state.me !== step.who || state.place !== step.place) await choose(step.who, step.place);
  if (step.say) await act('say', { text: step.say });
  if (step.clock) await moveClock(step.clock);
}

/** Does something as the chosen person, where they are. */
async function act(what, body) {
  const slow = setTimeout(() => view.setWaiting(true), 400);
  try {
    await tell(what, { member: state.me, place: state.place, ...body });
    return true;
  } catch (error) {
    toast(error);
    return false;
  } finally {
    clearTimeout(slow);
    view.setWaiting(false);
  }
}

async function moveClock(to) {
  const buttons = at('moves').querySelectorAll('button');
  const before = { ...state.news };
  for (const button of buttons) button.disabled = true;
  document.body.classList.add('moving');
  try {
    const { now, news } = await tell('clock', { member: state.me, to });
    setNow(now);
    view.toEnd();
    const reached = Object.keys(news).filter((chat) => chat.startsWith('member:') && news[chat] > (before[chat] ?? 0));
    toast(
      `现在是${sayWhen(now)}。${reached.length > 0 ? `路上有${reached.length}位同志收到了新消息。` : '路上没有新消息。'}`,
    );
  } catch (error) {
    toast(error);
  } finally {
    for (const button of buttons) button.disabled = false;
    document.body.classList.remove('moving');
  }
}

function setNow(now) {
  const said = sayWhen(now);
  if (at('now').textContent === said) return;
  at('now').textContent = said;
  at('now').dateTime = new Date(now).toISOString();
}

function setElder(elder) {
  state.elder = elder;
  document.documentElement.classList.toggle('elder', elder);
  at('elder').setAttribute('aria-pressed', String(elder));
}

/** The tour stands beside the phone where there is room, else folded above the people. */
function placeTour({ matches: roomy }) {
  const tour = at('tour-side');
  if (roomy) document.querySelector('.desk').append(tour);
  else at('people').before(tour);
  tour.open = roomy;
}

/** On a narrow page the people lie over the chat until one is chosen. */
function showSide(open) {
  const side = at('people-side');
  const wasOpen = side.classList.contains('open');
  side.classList.toggle('open', open);
  if (open) (side.querySelector('[aria-current]') ?? at('close-people')).focus();
  else if (wasOpen) at('open-people').focus();
}

function toast(message) {
  if (message instanceof Error && !(message instanceof Refused)) throw message;
  const box = at('toast');
  box.textContent = message instanceof Error ? message.message : message;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    box.hidden = true;
  }, 6000);
}

at('elder').addEventListener('click', () => {
  setElder(!state.elder);
  remember(state);
});
at('open-people').addEventListener('click', () => showSide(true));
at('close-people').addEventListener('click', () => showSide(false));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') showSide(false);
});
at('moves').addEventListener('click', (event) => {
  const { to } = event.target.closest('button')?.dataset ?? {};
  if (to) void moveClock(to);
});
const roomy = matchMedia('(min-width: 1180px)');
placeTour(roomy);
roomy.addEventListener('change', placeTour);
for (const tab of document.querySelectorAll('[role="tab"]')) {
  tab.addEventListener('click', () => enterRoom(tab.dataset.place));
  tab.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    enterRoom(state.place === 'group' ? 'private' : 'group');
    at(`tab-${state.place}`).focus();
  });
}

await start();
