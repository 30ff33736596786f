import { expect, test } from 'vitest';
import { reactionTo, tokenCodes } from '../../../src/channels/wecom/reactions.ts';

test.each([
  [-1, 'retry'],
  [40001, 'tell-operator'],
  [40014, 'refresh-token'],
  [42001, 'refresh-token'],
  [45009, 'wait'],
  [45033, 'slow-down'],
  [40003, 'drop'],
  [40058, 'our-bug'],
  [42015, 'our-bug'],
  [42040, 'our-bug'],
  [40201, 'tell-operator'],
  [60020, 'tell-operator'],
  [40007, 'upload-again'],
  [60140, 'nothing'],
  [999999, 'tell-operator'],
])('%i → %s', (code, action) => expect(reactionTo(code).action).toBe(action));

test('a new token is fetched for every code that speaks of one', () => {
  expect([...tokenCodes].sort()).toEqual([40001, 40014, 41001, 42001]);
});
