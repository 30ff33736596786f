// Chance that can be repeated: the same seed and the same question give the same number. Keeps no state.

/** A number from 0 to below 1 for what is asked about. */
export type Chance = (...about: readonly (string | number)[]) => number;

/** FNV-1a over the question, mixed as in MurmurHash3 so that questions that differ in one letter do not give neighbouring numbers. */
export function chanceOf(seed: number): Chance {
  return (...about) => {
    let hash = 0x811c9dc5 ^ seed;
    for (const character of about.join('|')) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** One of them. */
export function oneOf<T>(list: readonly T[], chance: number): T {
  return list[Math.floor(chance * list.length)]!;
}
