#!/usr/bin/env node
// npm run check: every check there is, one after another, all of them even when one fails; ends with "N passed, N failed".
// With --all also what needs a real Redis, a browser, or more time (scripts/test).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const all = process.argv.includes('--all');
const scratch = mkdtempSync(path.join(tmpdir(), 'zhibu-check-'));
const results = path.join(scratch, 'vitest.json');
const env = { ...process.env, ...(all ? { ZHIBU_ALL_TESTS: '1', SLOW_TESTS: '1' } : {}) };

const steps = [
  ['types', 'npx', ['tsc', '-p', 'tsconfig.json', '--noEmit']],
  ['lint and format', 'npx', ['biome', 'check', '--error-on-warnings', '.']],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['flows and content', 'node', ['dist/main.js', 'lint']],
  ['every duty has its proof', 'node', ['scripts/duties.mjs']],
  ['talks, every step walked', 'node', ['dist/main.js', 'talks', '--coverage', 'flows', 'test/talks']],
  [
    'talks that differ by door, through every door',
    'node',
    ['dist/main.js', 'talks', '--as', 'every', 'test/talks/doors'],
  ],
  ['tests', 'npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]],
];

let passed = 0;
let failed = 0;
for (const [name, command, args] of steps) {
  const begin = Date.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${((Date.now() - begin) / 1000).toFixed(0)} s)`);
  if (name === 'tests') {
    const counts = countTests();
    passed += counts.passed;
    failed += counts.failed;
    if (status !== 0 && counts.failed === 0) failed += 1;
  } else if (status === 0) passed += 1;
  else failed += 1;
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function countTests() {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
