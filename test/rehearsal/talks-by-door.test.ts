// The talks that differ by door: enough of them for every door, and what their files may say.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { talks } from '../../src/commands/talks.ts';
import { home } from '../../src/library/library.ts';
import { readTalks } from '../../src/rehearsal/talks/talk.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhibu-talks-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(steps: string, header = '') {
  const file = join(folder, 'one.yaml');
  writeFileSync(file, `talk: 一个\nat: 2026-12-05 19:30\n${header}steps:\n${steps}`);
  return readTalks([file]);
}

test.each(['simulator', 'terminal', 'wecom-app', 'wecom-bot', 'wechaty'] as const)(
  'at least twenty talks that differ by door go through %s',
  (door) => {
    const found = readTalks([join(home, 'test/talks/doors')]);
    expect(found.problems).toEqual([]);
    expect(found.talks.filter(({ doors }) => doors === null || doors.includes(door)).length).toBeGreaterThanOrEqual(20);
  },
);

describe('what a talk may say beside talking', () => {
  test('the service restarts, the platform repeats, the line breaks, an answer is slow', () => {
    const steps = '  - restart: all\n  - repeat: last\n  - disconnect: all\n  - slow: 6m\n';
    expect(read(steps).talks[0]?.steps.map(({ kind }) => kind)).toEqual(['restart', 'repeat', 'disconnect', 'slow']);
  });

  test('several things at once, by several people', () => {
    const [talk] = read('  - at once:\n      - zhaolei: 签到\n      - lijie @b1: 签到\n').talks;
    expect(talk?.steps[0]).toMatchObject({
      kind: 'at-once',
      acts: [{ member: 'zhaolei' }, { member: 'lijie', did: { group: 'b1' } }],
    });
  });

  test('an older card, something among themselves, a link, a place', () => {
    const steps = `  - zhaolei: {tap: 已读, card: first}
  - zhaolei @b1: {aside: 吃饭了吗}
  - zhaolei: {link: "https://example.org/"}
  - zhaolei: {location: 社区}
`;
    expect(read(steps).talks[0]?.steps).toMatchObject([
      { kind: 'tap', label: '已读', first: true },
      { kind: 'act', did: { aside: true, group: 'b1' } },
      { kind: 'act', did: { content: { kind: 'other', type: 'link' } } },
      { kind: 'act', did: { content: { kind: 'other', type: 'location' } } },
    ]);
  });

  test('the doors it makes sense in; one that does not exist is named with its line', () => {
    expect(read('  - zhaolei: 签到\n', 'doors: [simulator, wechaty]\n').talks[0]?.doors).toEqual([
      'simulator',
      'wechaty',
    ]);
    expect(read('  - zhaolei: 签到\n', 'doors: [telegram]\n').problems).toMatchObject([{ line: 3 }]);
  });

  test.each(['  - restart: now\n', '  - repeat: 2\n', '  - at once: [{zhaolei: 签到}]\n', '  - slow: soon\n'])(
    'what cannot be is a problem: %s',
    (steps) => {
      expect(read(steps).problems).toHaveLength(1);
    },
  );
});

test('a door that does not exist is refused before anything runs', async () => {
  await expect(talks([join(home, 'test/talks/doors')], { as: ['telegram'] })).rejects.toMatchObject({ code: 'config' });
});
