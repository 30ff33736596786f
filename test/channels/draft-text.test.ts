import { expect, test } from 'vitest';
import { draftAsText } from '../../src/channels/draft-text.ts';

test('a plain text is only itself', () => expect(draftAsText({ text: '记下了，谢谢。' })).toBe('记下了，谢谢。'));

test('what may be answered stands in the last line', () => {
  const buttons = ['对', '不对', '取消'].map((label) => ({ label, data: label }));
  expect(draftAsText({ title: '志愿服务', text: '12月5日，2小时。对吗？', buttons })).toBe(
    '志愿服务\n12月5日，2小时。对吗？\n回复：对 / 不对 / 取消',
  );
});

test('a link and a file are named', () => {
  expect(
    draftAsText({
      text: '请看',
      link: { label: '原文', url: 'https://e.example/a' },
      file: { id: 'f1', name: '名单.xlsx' },
    }),
  ).toBe('请看\n原文：https://e.example/a\n附件：名单.xlsx');
});

test('empty parts leave no empty lines', () => {
  expect(draftAsText({ title: '', text: '好', buttons: [] })).toBe('好');
});
