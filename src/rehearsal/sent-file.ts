// What members of a simulated world send in: the file a talk names, or a small sound one of that kind where there is none. Writes nothing.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Content } from '../channels/channel.ts';

type Upload = Content & { readonly kind: 'upload' };

/** The bytes behind an upload of a talk. A name without a file stands for an ordinary file with that ending. */
export function sentFile({ ref, media }: Pick<Upload, 'ref' | 'media'>): Buffer {
  if (existsSync(ref)) return readFileSync(ref);
  const ending = path.extname(ref).slice(1).toLowerCase();
  return byEnding[ending] ?? byMedia[media];
}

/** The same, as a door of our own fetches it. */
export async function sentIn(ref: string): Promise<{ bytes: Buffer; name: string; type: string }> {
  const [media = 'file', file = ''] = ref.split('|');
  const bytes = sentFile({ ref: file, media: media as Upload['media'] });
  return { bytes, name: path.basename(file), type: 'application/octet-stream' };
}

/** Under which ref a door of our own hears of it. */
export function refOf({ ref, media }: Pick<Upload, 'ref' | 'media'>): string {
  return `${media}|${ref}`;
}

/** One white dot. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==',
  'base64',
);
const jpg = Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), Buffer.from('ffd9', 'hex')]);
const amr = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(320, 0x3c)]);
const text = Buffer.from('这是一份文字材料。\n');

const byMedia: Readonly<Record<Upload['media'], Buffer>> = {
  image: png,
  voice: amr,
  video: Buffer.from('000000186674797069736f6d', 'hex'),
  file: text,
};

const byEnding: Readonly<Record<string, Buffer>> = {
  png,
  jpg,
  jpeg: jpg,
  webp: Buffer.concat([Buffer.from('RIFF\x1a\0\0\0WEBPVP8L', 'latin1'), Buffer.alloc(14)]),
  amr,
  mp3: Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), Buffer.alloc(100)]),
  wav: Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'), Buffer.alloc(28)]),
  pdf: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'),
  txt: text,
  docx: zip(['[Content_Types].xml', 'word/document.xml']),
  xlsx: zip(['[Content_Types].xml', 'xl/workbook.xml']),
  pptx: zip(['[Content_Types].xml', 'ppt/presentation.xml']),
  zip: zip(['材料/1.txt']),
  rar: Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'),
  exe: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(64)]),
};

/** A zip file of empty entries. */
function zip(names: readonly string[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const name of names.map((one) => Buffer.from(one))) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, name);
    central.push(entry, name);
    at += 30 + name.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
