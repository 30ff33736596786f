// Cuts a long text into pieces that a platform takes, where a reader minds least. Never cuts a character or a link in two.

/** Links as people and WeCom write them: an address, or `<a href="…">…</a>`. */
const link = /<a\s[^>]*>[^<]*<\/a>|https?:\/\/[^\s<>"\u3000-\u303f\uff00-\uffef]+/g;

/**
 * `text` in pieces of at most `limit` bytes of UTF-8, whole when it fits. Cuts at a line break if one lies in the second half of a
 * piece (the break itself goes), else behind a sentence, else between characters. Only a link longer than `limit` is cut. An empty text has no pieces.
 */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.toWellFormed();
  while (Buffer.byteLength(rest) > limit) {
    const end = cutAt(rest, fitting(rest, limit));
    const piece = rest.slice(0, end).replace(/\s+$/, '');
    if (piece) pieces.push(piece);
    rest = rest.slice(end).replace(/^[^\S\n]*\n+/, '');
  }
  if (rest.trim()) pieces.push(rest);
  return pieces;
}

/** How many UTF-16 units of `text`, in whole characters, make at most `limit` bytes; at least one character. */
function fitting(text: string, limit: number): number {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit && end > 0) return end;
    end += character.length;
  }
  return end;
}

function cutAt(text: string, most: number): number {
  const head = text.slice(0, most);
  const least = most / 2;
  const line = head.lastIndexOf('\n');
  const sentence = Math.max(...[...'。！？；!?;'].map((mark) => head.lastIndexOf(mark))) + 1;
  for (const end of [line, sentence, most]) {
    if (end < least || end === 0) continue;
    const whole = beforeLink(text, end);
    if (whole > 0) return whole;
  }
  return most;
}

/** `end`, or the beginning of the link that `end` would cut. */
function beforeLink(text: string, end: number): number {
  for (const found of text.matchAll(link)) {
    if (found.index >= end) break;
    if (found.index + found[0].length > end) return found.index;
  }
  return end;
}
