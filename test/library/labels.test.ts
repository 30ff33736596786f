// The words for codes: every code has one, and none of them scolds.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureReasons } from '../../src/domain/message.ts';
import { roles } from '../../src/domain/organisation.ts';
import { loadLabels } from '../../src/library/labels.ts';

const labels = loadLabels('content');

test('every reason and role has words of its own', () => {
  const words = [...failureReasons.map(labels.failureReason), ...roles.map(labels.role)];
  expect(new Set(words).size).toBe(failureReasons.length + roles.length);
  for (const word of words) expect(word).toMatch(/\p{Script=Han}/u);
});

test('a secretary reads what to do about somebody who was not reached', () => {
  expect(labels.failureReason('not-in-range')).toBe('不在应用可见范围，请管理员添加');
  expect(labels.failureReason('no-account')).toBe('还没有绑定企业微信账号');
});

test('an unknown code is given back, an unknown action is neutral, and inherited names are no codes', () => {
  expect(labels.leaveReason('quarantine')).toBe('quarantine');
  expect(labels.leaveReason('constructor')).toBe('constructor');
  expect(labels.leaveReason(null)).toBe('其他');
  expect(labels.auditAction('toString')).toBe('其他操作');
});

test('a missing word is named with the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zhibu-labels-'));
  try {
    writeFileSync(
      join(folder, 'labels.yaml'),
      readFileSync('content/labels.yaml', 'utf8').replace('  illness: 生病\n', ''),
    );
    expect(() => loadLabels(folder)).toThrow(/labels\.yaml 第\d+行.*illness/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
