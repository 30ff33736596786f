import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldCipher, sealData } from '../../src/store/field-cipher.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const other = Buffer.alloc(32, 8).toString('base64');

test('what was sealed opens again, and never twice to the same letters', () => {
  const cipher = fieldCipher(key);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = cipher.seal(text);
      expect(cipher.open(sealed)).toBe(text);
      expect(cipher.seal(text)).not.toBe(sealed);
      if (text.length > 3) expect(sealed).not.toContain(text);
    }),
  );
});

test('without the right key a sentence says so, also after a bit was changed', () => {
  const sealed = fieldCipher(key).seal('建议多办讲座');
  for (const stored of [sealed, `${sealed.slice(0, -6)}AAAAAA`]) {
    expect(fieldCipher(other).open(stored)).toContain('FIELD_KEY');
    expect(fieldCipher(undefined).open(stored)).toContain('FIELD_KEY');
  }
});

test('texts from before a key was set stay readable', () => {
  expect(fieldCipher(key).open('建议多办讲座')).toBe('建议多办讲座');
  expect(fieldCipher(undefined).seal('建议多办讲座')).toBe('建议多办讲座');
});

test('only what was said in confidence is sealed', () => {
  const cipher = fieldCipher(key);
  expect(sealData(cipher, 'complaint', { text: '投诉' }).text).not.toBe('投诉');
  expect(sealData(cipher, 'volunteer_service', { what: '清垃圾' })).toEqual({ what: '清垃圾' });
});
