import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import type { Decision, Submission, SubmissionState } from '../../src/domain/submission.ts';
import { decide, handIn, mayMove, submissionStates, withdrawSubmission } from '../../src/domain/submission.ts';

const now = Date.parse('2026-12-08T21:00:00+08:00');
const tellAt = Date.parse('2026-12-09T08:00:00+08:00');

const submission: Submission = {
  id: 'submission/b1/1',
  unit: 'b1',
  member: 'lijie',
  state: 'confirmed',
  title: '中秋',
  body: {
    by: 'lijie',
    form: 'photo',
    text: null,
    file: { id: 'in-1', name: '中秋.jpg' },
    caption: '陪周奶奶',
    says: null,
    consent: 'upward',
    theme: null,
    on: '2026-12-08',
    readers: ['wangfang'],
    to: null,
    note: null,
  },
};
const up: Decision = { to: 'filed', unit: 'district', unitName: '党工委', readers: ['chenjing'] };
const of = (change: Partial<Submission>, body: Partial<Submission['body']> = {}): Submission => ({
  ...submission,
  ...change,
  body: { ...submission.body, ...body },
});
const told = (changes: readonly Change[]) =>
  changes.flatMap((change) => (change.change === 'message' && 'members' in change.to ? change.to.members : []));
const record = (changes: readonly Change[]) => {
  const [found] = changes.flatMap((change) => (change.change === 'record' ? [change.record] : []));
  return found!;
};

describe('handing in', () => {
  test('those who look after submissions hear of it, not before the hours of pushes, and not of the author’s name', () => {
    const changes = handIn(of({ state: 'draft' }), { now, tellAt, quietly: false });
    expect(record(changes).state).toBe('confirmed');
    expect(told(changes)).toEqual(['wangfang']);
    const [message] = changes.filter(({ change }) => change === 'message');
    expect(message).toMatchObject({ kind: 'notice', dueAt: tellAt });
    expect(JSON.stringify(message)).not.toContain('lijie');
  });

  test('nobody is told of their own, or again while others wait', () => {
    expect(told(handIn(of({ member: 'wangfang' }), { now, tellAt, quietly: false }))).toEqual([]);
    expect(told(handIn(submission, { now, tellAt, quietly: true }))).toEqual([]);
  });

  test('the file stays its author’s own', () => {
    expect(handIn(submission, { now, tellAt, quietly: true })).toContainEqual(
      expect.objectContaining({ change: 'file-kept', id: 'in-1', own: true }),
    );
  });
});

describe('deciding', () => {
  test.each([
    ['branch', false],
    ['none', false],
    ['upward', true],
  ] as const)('with consent “%s” it may go upward: %s', (consent, may) => {
    const mine = of({}, { consent });
    expect(mayMove(mine, 'filed')).toBe(may);
    expect(decide(mine, up, { now, tellAt }).length > 0).toBe(may);
  });

  test('only what waits can be decided', () => {
    const open: SubmissionState[] = submissionStates.filter((state) => mayMove(of({ state }), 'received'));
    expect(open).toEqual(['confirmed', 'filed']);
    expect(submissionStates.filter((state) => mayMove(of({ state }), 'filed'))).toEqual(['confirmed']);
    expect(decide(of({ state: 'withdrawn' }), up, { now, tellAt })).toEqual([]);
  });

  test('the author hears of every step, and who is asked next', () => {
    expect(told(decide(submission, up, { now, tellAt }))).toEqual(['lijie', 'chenjing']);
    expect(told(decide(submission, { to: 'received', byName: '支部' }, { now, tellAt }))).toEqual(['lijie']);
    const back = decide(submission, { to: 'returned', byName: '支部', note: '写具体些' }, { now, tellAt });
    expect(told(back)).toEqual(['lijie']);
    expect(JSON.stringify(back)).toContain('附言：写具体些');
    expect(record(back)).toMatchObject({ state: 'returned', body: { note: '写具体些' } });
  });
});

describe('taking back', () => {
  test('leaves neither words nor file', () => {
    const changes = withdrawSubmission(submission, { tellAt });
    expect(record(changes)).toMatchObject({ state: 'withdrawn', title: '已撤回', body: { text: null, caption: null } });
    expect(JSON.stringify(record(changes))).not.toMatch(/中秋|周奶奶|in-1/);
    expect(changes).toContainEqual({ change: 'file-removed', id: 'in-1' });
    expect(told(changes)).toEqual([]);
  });

  test('is told to all who may have used it', () => {
    const filed = of({ state: 'filed' }, { readers: ['wangfang', 'chenjing'], to: 'district' });
    expect(told(withdrawSubmission(filed, { tellAt }))).toEqual(['wangfang', 'chenjing']);
  });
});
