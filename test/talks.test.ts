// Runs every talk there is, each in a world of its own; fails when one goes another way, or when a step of a shipped flow is walked by none.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTalks } from '../src/rehearsal/talks/run-talks.ts';
import { readTalks } from '../src/rehearsal/talks/talk.ts';

const root = join(import.meta.dirname, '..');

test('every talk goes as it is written, and together they walk every step of every flow', {
  timeout: 900_000,
}, async () => {
  const { talks, problems } = readTalks([join(root, 'flows'), join(root, 'test/talks')]);
  expect(problems).toEqual([]);
  expect(talks.length).toBeGreaterThan(100);
  const report = await runTalks(talks);
  const failed = report.results.flatMap(({ talk, failure }) =>
    failure ? [`${talk.name} (${talk.file}:${failure.line}): ${failure.expected} — ${failure.came}`] : [],
  );
  expect(failed).toEqual([]);
  expect(report.unwalked).toEqual([]);
});
