// The 34 things the fake WeCom imitates, each with tests that bear its number, and nothing in them that waits for real time to pass.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const folder = import.meta.dirname;
const sources = readdirSync(folder)
  .filter((name) => /^behaviours-.*\.test\.ts$/.test(name))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'));

/** Titles of tests: `test('…`, and what stands behind the table of a `test.each`. */
const titles = sources.flatMap((source) =>
  [...source.matchAll(/^ *(?:test\(|\](?: as const)?\)\()\s*(['"`])(.+?)\1/gm)].map(([, , title]) => title!),
);

test.each(Array.from({ length: 34 }, (_, n) => n + 1))('behaviour %i has a test', (number) => {
  expect(titles.filter((title) => title.startsWith(`${number} `)).length).toBeGreaterThan(0);
});

test('no title is without its number', () => {
  expect(titles.length).toBeGreaterThan(100);
  expect(titles.filter((title) => !/^\d+ /.test(title))).toEqual([]);
});

test('none of them sleeps', () => {
  expect(sources.join('\n')).not.toMatch(/setTimeout\(|timers\/promises|sleep/);
});
