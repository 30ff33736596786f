// What may not stand in any text that members read, and how the length of such a text is counted. Judges wording only, never meaning.

/** Words of command, of contest and of trace-keeping, and what else has no place in a text for members (docs: the guardrails of the design). */
const forbidden: readonly (string | RegExp)[] = [
  '打卡',
  '必须回复',
  '必须完成',
  '收到请回复',
  '请务必',
  '务必完成',
  '限时',
  '逾期',
  '截图',
  '排行榜',
  '学习积分',
  '通报批评',
  /[!！]/,
  /https?:|www\./,
];

/** The words in `text` that members should not have to read; empty when there are none. */
export function forbiddenIn(text: string): string[] {
  return forbidden.flatMap((word) => {
    if (typeof word === 'string') return text.includes(word) ? [word] : [];
    const found = word.exec(text);
    return found ? [found[0]] : [];
  });
}

/** Characters as a person counts them (code points, so that rare hanzi count as one). */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Bytes in UTF-8: what the platforms count (WeCom text: 2048). */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
