// Reads numbers as people write them in Chinese. Never guesses: 两三, 十几, 三千多 are no numbers.

import { plain, plainAnswer } from './plain.ts';

/**
 * The number that the whole text is: Arabic (`3,200`, full-width too), Chinese (`一万二千零五`, `两百五`, `廿三`, `三点五`, `半`), digit by digit
 * (`二零二六`), mixed (`1.5万`), with or without 元 or 块. Undefined when it is not exactly one number.
 */
export function readNumber(text: string): number | undefined {
  const bare = plainAnswer(text)
    .replace(/^[¥￥]/u, '')
    .replace(/(?:块钱|元|块|圆)$/u, '');
  const negative = /^[负-]/u.test(bare);
  const value = readUnsigned([...(negative ? bare.slice(1) : bare)].map((sign) => formal[sign] ?? sign).join(''));
  if (value === undefined || value > Number.MAX_SAFE_INTEGER) return undefined;
  return negative ? -value : value;
}

/** Longer texts are more than an answer. */
const longestAnswer = 20;
const numberIn =
  /(?<![\d.])(?:\d[\d,]*(?:\.\d+)?[百千万kw]?\d*|[一二两三四五六七八九十][一二两三四五六七八九十零百千万点]+)(?![\d.年月%])(?<vague>[多几来]?)/gu;

/** The one number in a short answer (`工资8000元`, `到手八千五`); undefined when there is none, more than one, or one that is not exact. */
export function findNumber(text: string): number | undefined {
  if (text.length > longestAnswer) return undefined;
  const [match, ...others] = [...plain(text).matchAll(numberIn)];
  if (!match || others.length > 0 || match.groups!.vague) return undefined;
  return readNumber(match[0]);
}

const digits = '零一二三四五六七八九';
/** Other writings of the same signs, among them those of bank forms. */
const formal: Readonly<Record<string, string>> = Object.fromEntries(
  [...'〇零○零壹一贰二叁三肆四伍五陆六柒七捌八玖九拾十佰百仟千萬万億亿兩两'.matchAll(/(.)(.)/gu)].map((pair) => [
    pair[1],
    pair[2],
  ]),
);
const units: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000, k: 1000, 万: 1e4, w: 1e4, 亿: 1e8 };

function readUnsigned(text: string): number | undefined {
  if (text === '半') return 0.5;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''));
  const scaled = /^(\d+\.\d+|.+点[零一二三四五六七八九]+)([百千k万w亿])$/u.exec(text);
  if (scaled) return times(readUnsigned(scaled[1]!), units[scaled[2]!]!);
  const point = /^(.+)点([零一二三四五六七八九]+)$/u.exec(text);
  if (point && !/\d/.test(point[1]!)) return afterPoint(readWhole(point[1]!), point[2]!);
  return readWhole(text);
}

/** 1.1 × 10000 must be 11000, not 11000.000000000002: both factors are decimal. */
function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : Number((value * factor).toPrecision(15));
}

function afterPoint(whole: number | undefined, decimals: string): number | undefined {
  if (whole === undefined) return undefined;
  return Number(`${whole}.${[...decimals].map((sign) => digits.indexOf(sign)).join('')}`);
}

function readWhole(text: string): number | undefined {
  if (/^[零一二三四五六七八九]+$/u.test(text)) return readDigits(text);
  if (text === '两') return 2;
  return readPlaces(text.replaceAll('廿', '二十').replaceAll('卅', '三十'), Number.POSITIVE_INFINITY);
}

/** Two digits without a zero (三四, 三五) mean "about so many", not a number. */
function readDigits(text: string): number | undefined {
  if (text.length === 2 && !text.includes('零')) return undefined;
  return Number([...text].map((sign) => digits.indexOf(sign)).join(''));
}

/** A number written with units, below `limit`: split at its largest unit, then read what stands before and behind it. */
function readPlaces(text: string, limit: number): number | undefined {
  const sign = [...'亿万w千k百十'].find((unit) => text.includes(unit));
  if (!sign) return readPlain(text, limit);
  const unit = units[sign]!;
  const at = text.lastIndexOf(sign);
  const count = readCount(text.slice(0, at), unit);
  const rest = readRest(text.slice(at + 1), unit);
  if (count === undefined || rest === undefined) return undefined;
  const total = count * unit + rest;
  return total < limit ? total : undefined;
}

function readPlain(text: string, limit: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) < limit ? Number(text) : undefined;
  const digit = text.length === 1 ? digits.indexOf(text) : -1;
  return digit > 0 ? digit : undefined;
}

/** How many of `unit`: 十 alone is one ten, 两 stands before 百 and above. */
function readCount(text: string, unit: number): number | undefined {
  if (unit === 10 && text === '') return 1;
  if (unit > 10 && text === '两') return 2;
  return unit >= 1e4 ? readPlaces(text, 1e4) : readPlain(text, 1e4);
}

/** What follows a unit: 零 skips at least one place; one digit alone stands for the very next place (三百五 = 350, 一万二 = 12000). */
function readRest(text: string, unit: number): number | undefined {
  if (text === '') return 0;
  if (text.startsWith('零')) return unit >= 100 ? readPlaces(text.slice(1), unit / 10) : undefined;
  const digit = readPlain(text, 10);
  return digit === undefined ? readPlaces(text, unit) : (digit * unit) / 10;
}
