// The digest as a document: Chinese fonts named where Word looks for them, every row in it, a page number below.

import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { writeDigestDocument } from '../../src/library/digest-document.ts';

test('a document holds all sheets in A4 with the fonts of official papers', async () => {
  const columns = [
    { heading: '类别', width: 20 },
    { heading: '内容', width: 20 },
  ];
  const bytes = await writeDigestDocument([
    { name: '这一周', title: '第一党支部 一周小结', columns, rows: [['志愿服务', 3]] },
    { name: '接下来', title: '第一党支部 一周小结', columns, rows: [['党员大会', null]] },
  ]);
  const parts = unpack(bytes);
  const document = parts.get('word/document.xml')!;
  for (const text of ['第一党支部 一周小结', '这一周', '志愿服务', '接下来', '党员大会'])
    expect(document).toContain(text);
  expect(document).toContain('w:eastAsia="仿宋_GB2312"');
  expect(document).toMatch(/<w:pgSz w:w="11906" w:h="16838"/);
  const footers = [...parts].filter(([name]) => name.startsWith('word/footer'));
  expect(footers.map(([, part]) => part).join('')).toContain('PAGE');
});

/** The parts of a package, by its central directory. */
function unpack(bytes: Buffer): Map<string, string> {
  const parts = new Map<string, string>();
  let at = bytes.readUInt32LE(bytes.lastIndexOf(Buffer.from('PK\x05\x06')) + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [packed, name] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const head = bytes.readUInt32LE(at + 42);
    const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28);
    const content = bytes.subarray(start, start + packed);
    const plain = bytes.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content);
    parts.set(bytes.toString('utf8', at + 46, at + 46 + name), plain.toString());
    at += 46 + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}
