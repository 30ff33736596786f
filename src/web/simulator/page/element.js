// Makes elements of the page. What comes from a chat goes in as text, never as HTML.

/**
 * @param {string} tag with classes: `button.chip.new`
 * @param {Record<string, unknown>} properties `on…` functions become listeners, `null`, `undefined` and `false` are left out, the rest are attributes
 * @param {...(Node | string | null | undefined)} children
 */
export function element(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const made = document.createElement(name);
  if (classes.length > 0) made.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The picture of a person: the surname on a soft colour (`hue` 0 … 7). Null = the bot. */
export function avatar(person) {
  if (!person) return element('img.avatar', { src: '/simulator/icon.svg', alt: '' });
  return element(`span.avatar.hue-${person.hue}`, { 'aria-hidden': 'true' }, [...person.name][0]);
}
