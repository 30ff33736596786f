import { expect, test } from 'vitest';
import { troubleCode } from '../../src/domain/trouble-code.ts';

test.each([
  [
    '60020 not allow to access from your ip, hint: [1700000000123456789012], from ip: 203.0.113.9, more info at https://x',
    '60020 from ip: 203.0.113.9',
  ],
  ['60020 x, from ip: 2001:db8::9, more', '60020 from ip: 2001:db8::9'],
  ['60111 userid wangfang not found', '60111'],
  ['-1 system busy', '-1'],
  ['HTTP 502', 'HTTP 502'],
  ['ECONNRESET', 'ECONNRESET'],
  ['王芳 is not a friend', 'other'],
  ['a sentence that is longer than what a code may be, whoever said it', 'other'],
])('of %j only %j is kept', (detail, code) => {
  expect(troubleCode(detail)).toBe(code);
});
