// Lists who one can be, by unit, with a dot beside those who have got something new. Chooses nobody.

import { avatar, element } from './element.js';

/**
 * @param {HTMLElement} nav
 * @param {(id: string) => void} onChoose
 */
export function makePeopleView(nav, onChoose) {
  function open(units) {
    nav.replaceChildren(
      ...units.map((unit) =>
        element(
          'section',
          { 'aria-label': unit.name },
          element('h2', {}, unit.name),
          element('ul', {}, ...unit.members.map((person) => element('li', {}, entryOf(person)))),
        ),
      ),
    );
  }

  function entryOf(person) {
    return element(
      'button.person',
      { type: 'button', 'data-member': person.id, onclick: () => onChoose(person.id) },
      avatar(person),
      element('span.who', {}, element('b', {}, person.name), element('small', {}, person.words.join(' · '))),
      element('span.dot', { hidden: true }, element('span.unseen', {}, '有新消息')),
    );
  }

  /** Marks who speaks and who has unread messages. */
  function mark(me, unread) {
    for (const button of nav.querySelectorAll('.person')) {
      const { member } = button.dataset;
      if (member === me) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      button.querySelector('.dot').hidden = !unread.has(member);
    }
  }

  return { open, mark };
}
