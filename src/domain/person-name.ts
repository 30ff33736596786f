// What may be the name of a person: 2–4 Chinese signs, or parts joined by a dot as many peoples write theirs. Knows no member and decides nothing.

/** `赵磊`, `阿卜杜热合曼·买买提`. */
const whole = /^(?:[\u4e00-\u9fff]{1,15}(?:[·•・‧][\u4e00-\u9fff]{1,15})+|[\u4e00-\u9fff]{2,4})$/u;
const dots = /[·•・‧]/u;

/** True for what is written like a name. */
export function looksLikeName(word: string): boolean {
  return whole.test(word);
}

/** True for a name that its dot gives away: no other word has one. */
export function hasNameDot(word: string): boolean {
  return dots.test(word) && whole.test(word);
}

/** True when both are the same name, whichever dot the keyboard had. */
export function isSameName(one: string, other: string): boolean {
  const even = (name: string) => name.trim().replaceAll(/[·•・‧]/gu, '·');
  return even(one) === even(other);
}
