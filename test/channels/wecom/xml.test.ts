import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { cdata, readFlatXml, readXml } from '../../../src/channels/wecom/xml.ts';

const parser = new XMLParser({ parseTagValue: false, trimValues: false });

test('the quick reader and the parser agree on every flat document', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,7}$/);
  const plain = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[<&>]|^\s*$/.test(text));
  const value = fc.oneof(
    plain.map((text) => ({ text, written: text })),
    fc.string({ unit: 'grapheme' }).map((text) => ({ text, written: cdata(text) })),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, minLength: 1 }), (fields) => {
      const xml = `<xml>${fields.map(([key, { written }]) => `<${key}>${written}</${key}>`).join('\n')}</xml>`;
      const wanted = Object.fromEntries(fields.map(([key, { text }]) => [key, text]));
      expect({ ...readFlatXml(xml) }).toEqual(wanted);
      const parsed = parser.parse(xml).xml;
      delete parsed['#text'];
      expect(parsed).toEqual(wanted);
    }),
  );
});

test('nested elements come as objects and lists of one stay lists', () => {
  expect(readXml('<xml><A><item><B>1</B></item></A></xml>')).toEqual({ A: { item: [{ B: '1' }] } });
});

test('what was split or forbidden in CDATA comes back readable', () => {
  const text = 'a]]>b ]]]]>> \u0000\u0008\u001f\ufffe c\td\r\ne';
  expect(readFlatXml(`<xml><A>${cdata(text)}</A></xml>`)?.A).toBe('a]]>b ]]]]>>  c\td\ne');
});

test.each([
  '<xml><A>1</A><A>2</A></xml>',
  '<xml><A k="v">1</A></xml>',
  '<xml><A>1</B></xml>',
  '<xml><A>1</A></xml><xml></xml>',
  '<xml><A><![CDATA[1</A></xml>',
  '<xml><A>1</A>',
  '<xml><A',
  '<xml>',
  '<?xml <xml></xml>',
  '<XML><A>1</A></XML>',
])('the quick reader leaves %s alone', (xml) => expect(readFlatXml(xml)).toBeUndefined());

test('a reserved name is only a name', () => {
  expect(readFlatXml('<xml><__proto__>1</__proto__></xml>')).toEqual(
    Object.assign(Object.create(null), { ['__proto__']: '1' }),
  );
  expect(({} as Record<string, unknown>).A).toBeUndefined();
});
