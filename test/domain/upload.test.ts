import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../src/domain/upload.ts';
import {
  fetchableFor,
  judgeUpload,
  knownType,
  nextFetchAfter,
  sayRefusal,
  usualLimits,
} from '../../src/domain/upload.ts';
import { zipNames } from '../../src/domain/zip-names.ts';
import { sentFile } from '../../src/rehearsal/sent-file.ts';

const sample = (name: string) => sentFile({ ref: name, media: 'file' });
const all: readonly FileKind[] = ['picture', 'sound', 'document'];
const judge = (bytes: Buffer, name: string | null, takes: readonly FileKind[] = all) =>
  judgeUpload({ name, takes, media: 'file' }, bytes, usualLimits);

describe('what a file really is', () => {
  test.each([
    ['a.png', 'image/png'],
    ['a.jpg', 'image/jpeg'],
    ['a.webp', 'image/webp'],
    ['a.amr', 'audio/amr'],
    ['a.mp3', 'audio/mpeg'],
    ['a.wav', 'audio/wav'],
    ['a.pdf', 'application/pdf'],
    ['a.txt', 'text/plain'],
    ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['a.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['a.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ])('%s is %s', (name, type) => {
    expect(knownType(sample(name), name)?.type).toBe(type);
  });

  test.each([
    ['SILK as telephones write it', Buffer.from('\x02#!SILK_V3 rest', 'latin1'), 'audio/silk'],
    ['an MP3 without a tag', Buffer.from([0xff, 0xfb, 0x90, 0x44, 0, 0]), 'audio/mpeg'],
    ['M4A of a telephone', mp4('M4A ', 'soun'), 'audio/mp4'],
    ['M4A under another brand', mp4('mp42', 'soun'), 'audio/mp4'],
    ['text in the older Chinese encoding', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), 'text/plain'],
  ])('%s is taken', (_what, bytes, type) => {
    expect(knownType(bytes, null)?.type).toBe(type);
  });

  test.each([
    ['a program', sample('a.exe'), '文章.docx'],
    ['a program of another system', Buffer.from('\x7fELF\x02\x01', 'latin1'), '文章.pdf'],
    ['an archive', sample('a.zip'), '照片.jpg'],
    ['another archive', sample('a.rar'), '照片.png'],
    ['a film', mp4('mp42', 'soun', 'vide'), '录音.m4a'],
    ['a film without a sound', mp4('isom', 'vide'), '录音.m4a'],
    ['an animation', Buffer.from('GIF89a'), 'a.gif'],
    ['a page', Buffer.from('<html><script>'), 'a.txt'],
    ['a drawing that can run', Buffer.from('<svg onload="x">'), 'a.svg'],
    ['a script', Buffer.from('del *.*'), '运行.bat'],
    ['a script that says so', Buffer.from('#!/bin/sh\nrm -rf'), 'a.txt'],
    ['bytes of no kind', Buffer.from([1, 2, 3, 0]), 'a.txt'],
    ['a document of the old form', Buffer.from('d0cf11e0a1b11ae1', 'hex'), '文章.doc'],
    ['half a document', sample('a.docx').subarray(0, 60), '文章.docx'],
    ['an archive that only has a table of contents like a document', zipLike('[Content_Types].xml'), 'a.docx'],
    ['a document with macros', zipLike('[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin'), 'a.docx'],
    ['a document with a program inside', zipLike('[Content_Types].xml', 'word/document.xml', 'x.exe'), 'a.docx'],
  ])('%s is refused, whatever it is called', (_what, bytes, name) => {
    expect(judge(bytes, name)).toEqual({ kind: 'refused', why: 'wrong-type' });
  });

  test('any bytes are a value and no error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.option(fc.string()), (bytes, name) => {
        judge(Buffer.from(bytes), name);
        judge(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from(bytes), Buffer.from('PK\x05\x06')]), name);
        zipNames(Buffer.concat([sample('a.docx').subarray(0, bytes[0] ?? 0), Buffer.from(bytes)]));
      }),
    );
  });
});

describe('whether it is kept', () => {
  test('only what the question takes', () => {
    expect(judge(sample('a.png'), 'a.png', ['sound'])).toEqual({ kind: 'refused', why: 'wrong-type' });
    expect(judge(sample('a.amr'), 'a.amr', ['sound'])).toMatchObject({ kind: 'kept' });
  });

  test('pictures and files have limits of their own, and nothing is as good as gone', () => {
    const large = (name: string, size: number) => judge(Buffer.concat([sample(name), Buffer.alloc(size)]), name);
    expect(large('a.png', usualLimits.picture)).toEqual({ kind: 'refused', why: 'too-large' });
    expect(large('a.pdf', usualLimits.picture)).toMatchObject({ kind: 'kept' });
    expect(large('a.pdf', usualLimits.file)).toEqual({ kind: 'refused', why: 'too-large' });
    expect(judge(Buffer.alloc(0), 'a.png')).toEqual({ kind: 'refused', why: 'gone' });
  });

  test.each([
    ['照片.exe', 'a.png', '照片.png'],
    ['照片.JPEG', 'a.jpg', '照片.jpeg'],
    ['../../etc/学习体会.docx', 'a.docx', '学习体会.docx'],
    ['C:\\文章.txt', 'a.txt', '文章.txt'],
    ['a\u202egnp.exe', 'a.png', 'agnp.png'],
    ['.png', 'a.png', '照片.png'],
    [null, 'a.amr', '语音.amr'],
    [null, 'a.pdf', '文件.pdf'],
  ])('%s that is really %s is saved as %s', (given, real, name) => {
    expect(judge(sample(real), given)).toMatchObject({ kind: 'kept', name });
  });

  test('no name is longer than a file system takes, or leads anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (given) => {
        const verdict = judge(sample('a.png'), given);
        if (verdict.kind !== 'kept') throw new Error(verdict.why);
        expect(Buffer.byteLength(verdict.name)).toBeLessThanOrEqual(2000);
        expect(verdict.name).toMatch(/^[^/\\\0]+\.(png)$/);
        expect(verdict.name).not.toMatch(/^\./);
      }),
    );
  });
});

test('what went wrong is said with what can be done', () => {
  expect(sayRefusal('gone', all, usualLimits)).toBe('文件没有取到，请再发一次。');
  expect(sayRefusal('too-large', all, usualLimits)).toMatch(/10MB.*20MB/);
  expect(sayRefusal('wrong-type', ['sound'], usualLimits)).toMatch(/mp3/);
});

test('fetching is tried often while an address of five minutes lives', () => {
  let age = 0;
  let tries = 0;
  while (age < fetchableFor('wecom-bot')) {
    age += nextFetchAfter(age);
    tries += 1;
  }
  expect(tries).toBeGreaterThan(20);
  expect(fetchableFor('wecom')).toBeGreaterThan(fetchableFor('wecom-bot'));
});

/** A file of that brand with tracks of these kinds. */
function mp4(brand: string, ...tracks: readonly string[]): Buffer {
  const handlers = tracks.map((track) => `hdlr\0\0\0\0\0\0\0\0${track}`).join('');
  return Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0${handlers}`, 'latin1');
}

function zipLike(...names: readonly string[]): Buffer {
  const parts = names.map((name) => {
    const entry = Buffer.alloc(46 + Buffer.byteLength(name));
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.write(name, 46);
    return entry;
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(4, 16);
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), ...parts, end]);
}
