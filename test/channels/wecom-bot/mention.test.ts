import { expect, test } from 'vitest';
import { mentionReader } from '../../../src/channels/wecom-bot/mention.ts';

test('without being told, the bot learns its name from how often it is mentioned', () => {
  const read = mentionReader();
  expect(read('@小助手 签到')).toBe('签到');
  expect(read('@小助手 请假')).toBe('请假');
  expect(read('@王芳 @小助手 到了')).toBe('王芳 到了');
  expect(read('到了 @赵磊 @小助手')).toBe('到了 赵磊');
});

test('once it knows its name it also reads it where nobody put a space', () => {
  const read = mentionReader();
  expect(read('@小助手签到')).toBe('');
  for (const word of ['签到', '请假', '帮助']) read(`@小助手 ${word}`);
  expect(read('@小助手签到')).toBe('签到');
});

test('a name given with its @ is the same name', () => {
  expect(mentionReader('@小助手')('@小助手签到')).toBe('签到');
});
