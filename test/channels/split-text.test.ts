import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitText } from '../../src/channels/split-text.ts';

const squeeze = (text: string) => text.replace(/\s/g, '');

test('every piece fits, is whole Unicode, and together they are the text', () => {
  const text = fc
    .array(
      fc.constantFrom(
        'a',
        '汉字',
        '😀',
        '\n',
        ' ',
        '。',
        'https://e.example/x?y=1 ',
        '<a href="https://e.example">看</a>',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 200 }), (whole, limit) => {
      const pieces = splitText(whole, limit);
      expect(squeeze(pieces.join(''))).toBe(squeeze(whole));
      for (const piece of pieces) {
        expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(limit);
        expect(piece.isWellFormed()).toBe(true);
        expect(piece.trim()).not.toBe('');
      }
    }),
  );
});

test('a text that fits stays as it is', () => expect(splitText('  一\n二 ', 100)).toEqual(['  一\n二 ']));

test('a line break is the best place, then the end of a sentence', () => {
  expect(splitText('第一行很长\n第二行也长', 20)).toEqual(['第一行很长', '第二行也长']);
  expect(splitText('这是第一句。这是第二句也长', 24)).toEqual(['这是第一句。', '这是第二句也长']);
});

test('a link is never cut while it fits into a piece', () => {
  const link = 'https://learning.example/2026/12/05?item=42';
  expect(splitText(`请看${'很'.repeat(10)}${link}`, 60)).toEqual([`请看${'很'.repeat(10)}`, link]);
  const anchor = `<a href="${link}">打开</a>`;
  expect(splitText(`请看${'很'.repeat(10)}${anchor}`, 70)).toEqual([`请看${'很'.repeat(10)}`, anchor]);
});

test('a line of very many characters is still cut in good time', () => {
  expect(splitText('汉'.repeat(300_000), 2048).length).toBe(Math.ceil(300_000 / 682));
});
