import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNumber } from '../../../src/domain/chinese/numbers.ts';

const digits = '零一二三四五六七八九';

/** Writes a whole number below 10^12 the way it is taught in school. */
function write(value: number): string {
  if (value < 10) return digits[value]!;
  for (const [unit, sign] of [
    [1e8, '亿'],
    [1e4, '万'],
    [1e3, '千'],
    [100, '百'],
    [10, '十'],
  ] as const) {
    if (value < unit) continue;
    const rest = value % unit;
    const joint = rest > 0 && rest < unit / 10 ? '零' : '';
    return `${write(Math.floor(value / unit))}${sign}${rest === 0 ? '' : joint + write(rest)}`;
  }
  throw new Error('unreachable');
}

describe('readNumber', () => {
  test.each([
    ['8000', 8000],
    ['８０００', 8000],
    ['3,200', 3200],
    ['3，200', 3200],
    ['¥4000', 4000],
    ['8000元', 8000],
    ['八千块', 8000],
    ['八千块钱。', 8000],
    ['1.5万', 15000],
    ['1.1万', 11000],
    ['一点五万', 15000],
    ['1万2', 12000],
    ['1万2千', 12000],
    ['1万2000', 12000],
    ['8k', 8000],
    ['3.2K', 3200],
    ['一万二', 12000],
    ['两千五', 2500],
    ['三百五', 350],
    ['三百零五', 305],
    ['十', 10],
    ['十五', 15],
    ['一百十五', 115],
    ['一百一十五', 115],
    ['两', 2],
    ['两百', 200],
    ['两千零二十六', 2026],
    ['二零二六', 2026],
    ['二〇二六', 2026],
    ['廿三', 23],
    ['卅', 30],
    ['半', 0.5],
    ['三点五', 3.5],
    ['零点二', 0.2],
    ['二十二点五', 22.5],
    ['零', 0],
    ['〇', 0],
    ['壹仟贰佰叁拾肆元', 1234],
    ['十二亿三千万零五', 1_230_000_005],
    ['-3', -3],
    ['负三', -3],
    [' 4 000 ', 4000],
  ])('%s is %d', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  test.each([
    '',
    '元',
    '两三',
    '三五',
    '十几',
    '三千多',
    '几百',
    '4000左右',
    '万',
    '百五',
    '三廿',
    '一千零五百',
    '五百三千',
    '两十',
    '十两',
    '1.2.3',
    '1,23',
    '一二点',
    '三点',
    'NaN',
    '1e3',
    '3到5',
    '四千五千',
    '零五百',
    '一百零',
  ])('%s is no number', (text) => {
    expect(readNumber(text)).toBeUndefined();
  });

  test('reads back every number that the encoder writes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 999_999_999_999 })),
        (value) => {
          expect(readNumber(write(value))).toBe(value);
          if (value >= 10 && value < 20) expect(readNumber(write(value).slice(1))).toBe(value);
          expect(readNumber(write(value).replaceAll(/(?<![十零])二(?=[百千万亿])/gu, '两'))).toBe(value);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('reads back digit strings, decimals and grouped Arabic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 99_999_999 }), fc.integer({ min: 1, max: 99 }), (value, cents) => {
        expect(readNumber([...String(value)].map((digit) => digits[Number(digit)]).join(''))).toBe(value);
        expect(readNumber(value.toLocaleString('en-US'))).toBe(value);
        const decimals = String(cents).padStart(2, '0');
        const spoken = [...decimals].map((digit) => digits[Number(digit)]).join('');
        expect(readNumber(`${write(value)}点${spoken}`)).toBe(Number(`${value}.${decimals}`));
      }),
    );
  });

  test('answers something or undefined for any text, never throws', () => {
    const signs = fc.constantFrom(...'零一二两三九十百千万亿半点廿0123.,元块多几kw-');
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 9 }), (text) => {
        const value = readNumber(text.join(''));
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
