// Brings what people type into one writing before it is read. Never changes the length: places found in the plain text hold in the original.

/** Full-width letters, digits and signs as ASCII, the ideographic space as a blank, letters in lower case; as many UTF-16 units as before. */
export function plain(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0xff01 && code <= 0xff5e) result += String.fromCharCode(code - 0xfee0);
    else if (code === 0x3000 || code === 0xa0) result += ' ';
    else result += text[index];
  }
  return result.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The plain text without any blanks and without closing punctuation: for answers that are read as a whole. */
export function plainAnswer(text: string): string {
  return plain(text)
    .replace(/\s+/g, '')
    .replace(/[。.,、!~;…]+$/u, '');
}
