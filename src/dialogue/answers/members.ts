// Reads names out of an answer and finds the people meant. Knows only the people it is given.

export interface NamedPerson {
  readonly id: string;
  readonly name: string;
}

export type FoundMembers = {
  readonly ids: string[];
  readonly names: string[];
  /** Names nobody here has. */
  readonly unknown: string[];
  /** Names that several people here have. */
  readonly ambiguous: string[];
};

/** The people named in `text`, each once; undefined when it holds no name at all. */
export function readMembers(text: string, people: readonly NamedPerson[]): FoundMembers | undefined {
  const found: FoundMembers = { ids: [], names: [], unknown: [], ambiguous: [] };
  let rest = text.normalize('NFKC');
  // Known names first, longest first: so 李和平 is not cut at 和, and 王芳菲 not read as 王芳.
  for (const name of [...new Set(people.map((person) => person.name))].sort((a, b) => b.length - a.length)) {
    if (!rest.includes(name)) continue;
    rest = rest.replaceAll(name, ' ');
    const same = people.filter((person) => person.name === name);
    if (same.length > 1) found.ambiguous.push(name);
    else {
      found.ids.push(same[0]!.id);
      found.names.push(name);
    }
  }
  for (const word of rest.split(/[\s,，、;；。.]+|[和与及]/)) {
    const name = word.replace(/(同志)?(也|都)?(到了|来了|交了|请假|在)?了?$/, '').replace(/^(还有|以及)/, '');
    if (name.length > 0) found.unknown.push(name);
  }
  const inOrder = found.names
    .map((name, index) => ({ name, id: found.ids[index]! }))
    .sort((a, b) => text.indexOf(a.name) - text.indexOf(b.name));
  found.names.splice(0, found.names.length, ...inOrder.map(({ name }) => name));
  found.ids.splice(0, found.ids.length, ...inOrder.map(({ id }) => id));
  return found.ids.length + found.unknown.length + found.ambiguous.length === 0 ? undefined : found;
}
