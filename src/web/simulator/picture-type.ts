// Tells by its first bytes what kind of picture a file is. Believes no name and no header.

/** In hexadecimal, as the formats' specifications give them. */
const beginnings: readonly (readonly [type: string, beginning: RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^47494638(37|39)61/],
  ['image/webp', /^52494646.{8}57454250/],
];

/** The media type of a picture that a browser shows; undefined for everything else, SVG included. */
export function pictureType(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 16).toString('hex');
  return beginnings.find(([, beginning]) => beginning.test(start))?.[0];
}
