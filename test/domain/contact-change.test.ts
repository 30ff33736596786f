import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ContactChange,
  followContact,
  type KnownContact,
  needsName,
  sameName,
} from '../../src/domain/contact-change.ts';

const at = 1_000_000;
const present: KnownContact = {
  member: 'm',
  name: '张三',
  leftAt: null,
  leftWhy: null,
  heardAt: null,
  elsewhere: false,
};
const gone: KnownContact = { ...present, leftAt: at - 10, leftWhy: 'deleted', heardAt: at - 10 };
const away: KnownContact = { ...gone, leftWhy: 'out-of-range' };
const saidHere: KnownContact = { ...gone, leftWhy: null };
const joined: ContactChange = { kind: 'joined', account: 'a', name: null };
const deleted: ContactChange = { kind: 'deleted', account: 'a' };
const inRange: ContactChange = { kind: 'in-range', account: 'a' };
const outOfRange: ContactChange = { kind: 'out-of-range', account: 'a' };

test.each<[string, ContactChange, KnownContact, string | null, object]>([
  ['a deleted account is a leaving', deleted, present, null, { kind: 'leave', why: 'deleted' }],
  ['out of sight is one too', outOfRange, present, null, { kind: 'leave', why: 'out-of-range' }],
  ['out of sight first, deleted then', deleted, away, null, { kind: 'leave', why: 'deleted' }],
  ['deleted first, out of sight then', outOfRange, gone, null, { kind: 'nothing' }],
  ['in sight again', inRange, away, null, { kind: 'return' }],
  ['a new account under the old id and name', joined, gone, '张 三', { kind: 'return' }],
  ['a new account under the old id and another name', joined, gone, '李四', { kind: 'detach' }],
  ['a new account under the old id and no name', joined, gone, null, { kind: 'unclear' }],
  ['in sight again, but the account had been deleted', inRange, gone, null, { kind: 'unclear' }],
  ['in sight again under the same name', inRange, gone, '张三', { kind: 'return' }],
  ['here anyway', joined, present, '李四', { kind: 'nothing' }],
  ['whom somebody here marked as gone, WeCom does not bring back', inRange, saidHere, '张三', { kind: 'nothing' }],
  [
    'who is reached in WeChat too only loses the account',
    deleted,
    { ...present, elsewhere: true },
    null,
    { kind: 'detach' },
  ],
  ['and stays while out of sight', outOfRange, { ...present, elsewhere: true }, null, { kind: 'nothing' }],
  ['another department', { kind: 'changed', account: 'a' }, present, null, { kind: 'nothing' }],
])('%s', (_name, change, known, name, following) => {
  expect(followContact(change, at, known, name)).toEqual(following);
});

test('a name is asked for only where it decides something', () => {
  expect(needsName(joined, gone)).toBe(true);
  expect(needsName(inRange, gone)).toBe(true);
  for (const [change, known] of [
    [joined, present],
    [inRange, away],
    [deleted, gone],
    [joined, saidHere],
    [{ ...joined, name: '张三' }, gone],
  ] as const)
    expect(needsName(change, known)).toBe(false);
});

test.each([
  ['王芳', '王 芳', true],
  ['买买提·艾力', '买买提•艾力', true],
  ['ＡＢ', 'AB', true],
  ['王芳', '王方', false],
])('%s and %s: same name %s', (one, other, same) => expect(sameName(one, other)).toBe(same));

describe('whatever comes in whatever order', () => {
  const event = fc.record({
    at: fc.nat(20),
    change: fc.constantFrom(deleted, inRange, outOfRange, { ...joined, name: '张三' }),
  });

  /** What the store makes of it. */
  function becomes(events: readonly { readonly at: number; readonly change: ContactChange }[]): KnownContact {
    let known = present;
    for (const one of events) {
      const name = one.change.kind === 'joined' ? one.change.name : null;
      const following = followContact(one.change, one.at, known, name);
      known = { ...known, heardAt: Math.max(known.heardAt ?? 0, one.at) };
      if (following.kind === 'leave') known = { ...known, leftAt: known.leftAt ?? one.at, leftWhy: following.why };
      if (following.kind === 'return') known = { ...known, leftAt: null, leftWhy: null };
    }
    return known;
  }

  test('one who left stays gone or is back by a newer event; a late older one changes nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), event, (events, late) => {
        const before = becomes(events);
        if (before.heardAt === null || late.at >= before.heardAt) return;
        expect(becomes([...events, late])).toEqual(before);
      }),
    );
  });

  test('the last word of different moments decides: gone after a going, here after a coming', () => {
    fc.assert(
      fc.property(fc.uniqueArray(event, { selector: (one) => one.at, minLength: 1, maxLength: 12 }), (events) => {
        const inOrder = [...events].sort((one, other) => one.at - other.at);
        const { kind } = inOrder.at(-1)!.change;
        const { leftAt } = becomes(inOrder);
        if (kind === 'deleted' || kind === 'out-of-range') expect(leftAt).not.toBeNull();
        if (kind === 'joined') expect(leftAt).toBeNull();
      }),
    );
  });
});
