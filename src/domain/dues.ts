// Membership dues: what is to be paid for which income, and when. Works on the fly: no income and no amount is ever kept.

import type { Calendar } from './calendar.ts';
import type { Tag } from './organisation.ts';
import type { Settings } from './settings.ts';
import type { Day, Month } from './time.ts';

export const duesCategories = [
  'employed',
  'annual-salary',
  'self-employed',
  'retired',
  'farmer',
  'student',
  'relief',
  'hardship',
] as const;
export type DuesCategory = (typeof duesCategories)[number];

/** The one figure a category is reckoned from, in yuan: monthly pay after tax, what was received this month, the monthly average of last quarter, the whole pension. */
export type DuesFigure = 'pay' | 'received' | 'quarter-average' | 'pension';
export const duesFigures: Readonly<Record<DuesCategory, DuesFigure | null>> = {
  employed: 'pay',
  'annual-salary': 'received',
  'self-employed': 'quarter-average',
  retired: 'pension',
  farmer: null,
  student: null,
  relief: null,
  hardship: 'pay',
};

export interface Dues {
  /** Yuan a month, two decimals. */
  readonly amount: number;
  /** Set where the rule leaves a range (farmers: 0.2 to 1): its upper end in yuan. */
  readonly upTo?: number;
  /** The rate on the whole figure, as a fraction (0.015). */
  readonly rate?: number;
  /** The rule in words, for the person who asked. */
  readonly rule: string;
}

/**
 * The monthly dues by 中组发〔2008〕3号. `figure` is what `duesFigures` asks for, in yuan, not negative; categories without a figure ignore it. The rate
 * is applied to the whole figure, not to its part above a boundary. Rounding to the cent is ours: the rule does not name any.
 */
export function duesOf(category: DuesCategory, figure = 0): Dues {
  switch (category) {
    case 'employed':
      return byRate(figure, payBands, '每月税后工资');
    case 'annual-salary':
      return byRate(figure, payBands, '当月实际领到的薪酬');
    case 'self-employed':
      return byRate(figure, payBands, '上季度月平均纯收入');
    case 'retired':
      return byRate(figure, pensionBands, '离退休费或养老金总额');
    case 'hardship': {
      const dues = byRate(figure, payBands, '每月税后工资');
      return { ...dues, rule: `${dues.rule}。生活确有困难的，支部研究、上级批准后可以少交或免交` };
    }
    case 'farmer':
      return { amount: 0.2, upTo: 1, rule: '农民党员每月交0.2元至1元' };
    case 'student':
      return { amount: 0.2, rule: '学生党员每月交0.2元' };
    case 'relief':
      return { amount: 0.2, rule: '下岗失业、依靠抚恤或救济、领取最低生活保障金的党员，每月交0.2元' };
  }
}

/** The category of a member, from the tags; without any that says otherwise, monthly pay. */
export function categoryOf(tags: readonly Tag[]): DuesCategory {
  const category = (['student', 'farmer', 'retired', 'hardship'] as const).find((tag) => tags.includes(tag));
  return category ?? 'employed';
}

/** Yuan for people: 120, 22.5, 0.2; no trailing zeros. */
export function sayYuan(amount: number): string {
  return String(Number(amount.toFixed(2)));
}

/** The day on which the dues of a month are due: its theme day, or its last workday. */
export function duesDueOn(month: Month, settings: Pick<Settings, 'dues_due'>, themeDay: Day, calendar: Calendar): Day {
  return settings.dues_due === 'month-end' ? calendar.lastWorkdayOf(month) : themeDay;
}

interface Band {
  /** Up to and including this many yuan. */
  readonly upTo: number;
  /** Thousandths of the figure. */
  readonly permille: number;
  readonly say: string;
}

/** Art. 2: pay, and by reference the other kinds of earned income. */
const payBands: readonly Band[] = [
  { upTo: 3000, permille: 5, say: '3000元及以下，按0.5%' },
  { upTo: 5000, permille: 10, say: '3000元以上至5000元，按1%' },
  { upTo: 10_000, permille: 15, say: '5000元以上至10000元，按1.5%' },
  { upTo: Number.POSITIVE_INFINITY, permille: 20, say: '10000元以上，按2%' },
];

/** Art. 5: pensions. */
const pensionBands: readonly Band[] = [
  { upTo: 5000, permille: 5, say: '5000元及以下，按0.5%' },
  { upTo: Number.POSITIVE_INFINITY, permille: 10, say: '5000元以上，按1%' },
];

function byRate(figure: number, bands: readonly Band[], base: string): Dues {
  const band = bands.find(({ upTo }) => figure <= upTo) ?? bands.at(-1)!;
  const cents = Math.round((Math.round(figure * 100) * band.permille) / 1000);
  return { amount: cents / 100, rate: band.permille / 1000, rule: `${base}在${band.say}交` };
}
