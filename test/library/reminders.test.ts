import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fill, parseTemplate } from '../../src/dialogue/template.ts';
import { rungScope } from '../../src/domain/ladder.ts';
import { instantOf } from '../../src/domain/time.ts';
import { loadReminders, readReminders } from '../../src/library/reminders.ts';

const folder = mkdtempSync(join(tmpdir(), 'zhibu-reminders-'));
afterAll(() => rmSync(folder, { recursive: true }));

function flowsWith(files: Record<string, string>): string {
  const own = mkdtempSync(join(folder, 'flows-'));
  mkdirSync(join(own, 'reminders'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, 'reminders', name), text);
  return own;
}

const ladder = (text: string, name = 'x', programme = 'x'): string =>
  `ladder: ${name}\nfor: ${programme}\nrungs:\n  - {rung: a, on: day, kind: notice, to: members, only: all, text: "${text}"}\n`;

test('the texts of the theme day read well, with and without a place', () => {
  const [notice, reminder] = loadReminders(join(import.meta.dirname, '../../flows'))
    .get('theme-day')!
    .rungs.map(({ text }) => parseTemplate(text));
  const duty = { dueOn: '2026-12-07', startsAt: instantOf('2026-12-07', '09:00'), details: {} };
  expect(fill(notice!, rungScope(duty, '2026-12-04'))).toBe(
    '12月7日（周一）09:00是这个月的主题党日。知道了回“收到”，来不了回“请假”。',
  );
  expect(fill(reminder!, rungScope({ ...duty, details: { place: '二楼' } }, '2026-12-07'))).toBe(
    '今天（12月7日）09:00主题党日，在二楼。来不了回“请假”就行。',
  );
});

test.each([
  [{ 'x.yaml': ladder('{amount}') }, /amount/],
  [{ 'x.yaml': ladder('{#place}') }, /place/],
  [{ 'x.yaml': ladder('好').replace('text:', 'title: "{nobody}", text:') }, /没有：nobody/],
  [{ 'y.yaml': ladder('好') }, /x.yaml/],
  [{ 'x.yaml': ladder('好'), 'y.yaml': ladder('好', 'y') }, /已经有/],
  [{ 'x.yaml': 'ladder: x\nfor: x\nrungs: []\n' }, /rungs/],
])('a wrong file is refused with its line', (files, message) => {
  const flows = flowsWith(files);
  const read = readReminders(flows);
  expect('problems' in read && read.problems[0]?.message).toMatch(message);
  expect(() => loadReminders(flows)).toThrow(/第\d+行/);
});
