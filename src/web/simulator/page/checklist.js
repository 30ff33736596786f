// A list on a card from which several are ticked and handed in at once. Says nothing; what is handed in it hands on.

import { element } from './element.js';

/**
 * @param {{ options: { id: string, label: string }[], submit: { label: string, data: string } }} checklist
 * @param {(button: { label: string, data: string }) => void} onHandIn
 */
export function checklistOf({ options, submit }, onHandIn) {
  const boxes = options.map(({ id }) => element('input', { type: 'checkbox', value: id }));
  const button = element('button', { type: 'submit' }, submit.label);
  const count = () => {
    const ticked = boxes.filter(({ checked }) => checked).length;
    button.textContent = ticked === 0 ? submit.label : `${submit.label}（${ticked}）`;
  };
  return element(
    'form.checklist',
    {
      onchange: count,
      onsubmit(event) {
        event.preventDefault();
        const ticked = options.filter((_option, index) => boxes[index].checked);
        const query = new URLSearchParams(ticked.map(({ id }) => ['o', id]));
        onHandIn({
          label: ticked.map(({ label }) => label).join('、') || '没有',
          data: ticked.length === 0 ? submit.data : `${submit.data}?${query}`,
        });
      },
    },
    element(
      'ul',
      { 'aria-label': '可以选几个' },
      ...options.map(({ label }, index) =>
        element('li', {}, element('label', {}, boxes[index], element('span', {}, label))),
      ),
    ),
    element('div.buttons', {}, button),
  );
}

/** What was handed in stays ticked, and nothing more can be. */
export function showHandedIn(form, data) {
  const ids = new URLSearchParams(data.split('?')[1] ?? '').getAll('o');
  for (const box of form.querySelectorAll('input')) {
    box.checked = ids.includes(box.value);
    box.disabled = true;
  }
  const button = form.querySelector('button');
  button.disabled = true;
  button.textContent = `已选${ids.length}项`;
  button.classList.add('chosen');
}
