import { expect, test } from 'vitest';
import { asksDocument } from '../../src/domain/sentences-documents.ts';
import { instantOf } from '../../src/domain/time.ts';

const now = instantOf('2026-12-18', '10:00');

test.each([
  ['把2026年的工作记录册发给我', { year: '2026' }],
  ['导出去年的记录册', { year: '2025' }],
  ['给我打印一份支部工作记录册吧', {}],
  ['记录册表格', { format: 'xlsx' }],
  ['今年的记录册word版', { format: 'docx' }],
  ['记录册怎么用', undefined],
  ['记录册有没有问题', undefined],
  ['记录册已经交给区里的同志', undefined],
  ['昨天去社区清垃圾两小时', undefined],
])('the record book in “%s”', (text, asked) => {
  expect(asksDocument('book', text, now)).toEqual(asked);
});

test.each([
  ['report', '帮我写一份述职报告'],
  ['report', '起草年度述职报告'],
  ['appraisal', '整理民主评议材料'],
  ['study', '导出支部学习档案'],
  ['platform', '导出三会一课台账'],
] as const)('the document %s in “%s”', (document, text) => {
  expect(asksDocument(document, text, now)).toEqual({});
});

test('a year that has not come is nobody’s year', () => {
  expect(asksDocument('book', '2030年的记录册', now)).toEqual({});
});
