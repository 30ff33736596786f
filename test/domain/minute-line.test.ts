import { expect, test } from 'vitest';
import { readMinuteLine } from '../../src/domain/meeting.ts';
import { takeLine } from '../../src/domain/meeting-plan.ts';

const people = [
  { id: 'zhaolei', name: '赵磊' },
  { id: 'aili', name: '艾力·买买提江' },
  { id: 'zhangwei1', name: '张伟' },
  { id: 'zhangwei2', name: '张伟' },
];
const quorum = { voters: 4, present: 4, enough: true, needed: 3 };

test.each([
  ['赵磊：先学后议', 'zhaolei'],
  ['赵磊同志说：先学后议', 'zhaolei'],
  ['艾力·买买提江：先学后议', 'aili'],
])('%s is what somebody said', (line, speaker) => {
  expect(readMinuteLine(line, people)).toEqual(
    expect.objectContaining({ part: 'statement', text: '先学后议', speaker }),
  );
});

test.each(['陌生人：先学后议', '大家围绕议题作了讨论', '会议要求：按时完成'])(
  '%s is a note of the course, nobody’s words',
  (line) => {
    expect(readMinuteLine(line, people)).toEqual({ part: 'note', text: line });
  },
);

test('where two have one name nobody is guessed, and the recorder hears why', () => {
  const { line, reply, refused } = takeLine('张伟：先学后议', people, quorum);
  expect(line).toEqual({ part: 'note', text: '张伟：先学后议' });
  expect(reply).toContain('2位张伟');
  expect(refused).toBe(false);
});
