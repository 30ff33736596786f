// Other platforms that the unit uses, with their addresses where the unit or one above it has set them.

import type { View } from './view.ts';

/** `[{name, does, url}]`: those of content/links.yaml, then what the unit has added. */
export const links: View = async ({ library, units, unit }) => {
  const own = units.settings(unit.id).links;
  const known = library.links.map(({ name, does, url }) => ({ name, does, url: own[name] ?? url ?? null }));
  const added = Object.entries(own).filter(([name]) => !library.links.some((link) => link.name === name));
  return [...known, ...added.map(([name, url]) => ({ name, does: '', url }))];
};
