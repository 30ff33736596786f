import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Imports go one way only: a file may use its own folder and any that stands further right. */
const order = [
  'main',
  'commands',
  'rehearsal',
  'app',
  'web',
  'jobs',
  'turn',
  'channels',
  'store',
  'library',
  'dialogue',
  'config',
  'domain',
];
const source = path.resolve(import.meta.dirname, '../src');

test('imports go one way only', () => {
  expect(arrows().filter(({ from, to }) => order.indexOf(from) > order.indexOf(to))).toEqual([]);
});

test('doors see neither the database nor each other', () => {
  const seen = arrows().filter(({ from, to }) => from === 'channels' && !['channels', 'domain', 'config'].includes(to));
  expect(seen).toEqual([]);
});

test('every folder of the sources has its place in the order', () => {
  expect([...new Set(files().map(roomOf))].filter((room) => !order.includes(room))).toEqual([]);
});

test('SQL lives in the store, BullMQ in the jobs, the HTTP server in the web', () => {
  const offenders = files().filter((file) => {
    const room = roomOf(file);
    const text = readFileSync(file, 'utf8');
    if (/from 'bullmq'/.test(text) && room !== 'jobs') return true;
    return /from 'fastify'/.test(text) && !['web', 'rehearsal', 'commands'].includes(room);
  });
  expect(offenders.map((file) => path.relative(source, file))).toEqual([]);
});

test('no file is longer than 400 lines', () => {
  const long = files().filter((file) => readFileSync(file, 'utf8').split('\n').length > 400);
  expect(long.map((file) => path.relative(source, file))).toEqual([]);
});

interface Arrow {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function arrows(): Arrow[] {
  return files().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g)].map(([, target]) => ({
      file: path.relative(source, file),
      from: roomOf(file),
      to: roomOf(path.resolve(path.dirname(file), target!)),
    })),
  );
}

function files(): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(source, name));
}

/** `turn.ts` and the folder `turn/` are one room. */
function roomOf(file: string): string {
  return path.relative(source, file).split(path.sep)[0]!.replace(/\.ts$/, '');
}
