// The words of a roster for Party functions and for kinds of members, and which roles and tags they mean. Knows no people.

import type { MemberStatus, Role, Tag } from '../../domain/organisation.ts';
import { rosterRoles } from '../../domain/roster.ts';

/** What a cell of 职务 says; `unplaced` are words with no meaning here, `untitled` is a committee member without a task of the bot's. */
export interface RolesRead {
  readonly roles: readonly Role[];
  readonly untitled: readonly string[];
  readonly unplaced: readonly string[];
}

/** What a cell of 党员类别 or 人员类别 says: both kinds of words stand in either column. */
export interface CategoriesRead {
  readonly tags: readonly Tag[];
  readonly status: MemberStatus | undefined;
  readonly unplaced: readonly string[];
}

const roleWords: Readonly<Record<string, readonly Role[]>> = {
  书记: ['secretary'],
  副书记: ['deputy'],
  组织委员: ['commissioner-organisation'],
  宣传委员: ['commissioner-publicity'],
  组宣委员: ['commissioner-organisation', 'commissioner-publicity'],
  组织宣传委员: ['commissioner-organisation', 'commissioner-publicity'],
  纪检委员: ['commissioner-discipline'],
  纪律检查委员: ['commissioner-discipline'],
  纪律委员: ['commissioner-discipline'],
  组长: ['group-leader'],
  小组长: ['group-leader'],
  党小组长: ['group-leader'],
  党小组组长: ['group-leader'],
  小组组长: ['group-leader'],
  普通党员: [],
  正式党员: [],
  预备党员: [],
  党员: [],
};

const tagWords: Readonly<Record<string, Tag>> = {
  在职: 'ordinary',
  在岗: 'ordinary',
  在职职工: 'ordinary',
  在岗职工: 'ordinary',
  职工: 'ordinary',
  普通: 'ordinary',
  离退休: 'retired',
  退休: 'retired',
  离休: 'retired',
  离退休干部: 'retired',
  退休干部: 'retired',
  流动: 'mobile',
  学生: 'student',
  农民: 'farmer',
  农牧渔民: 'farmer',
  领导干部: 'leading-cadre',
  困难: 'hardship',
  生活困难: 'hardship',
  低保: 'hardship',
  年老体弱: 'elderly',
  高龄: 'elderly',
};

const statusWords: Readonly<Record<string, MemberStatus>> = { 正式: 'full', 预备: 'probationary' };

/** Several functions in one cell: 副书记、纪检委员 or 组织委员兼宣传委员. The order of the result is fixed. */
export function readRoles(text: string): RolesRead {
  const found = new Set<Role>();
  const untitled: string[] = [];
  const unplaced: string[] = [];
  for (const word of wordsOf(text)) {
    const roles =
      roleWords[word] ?? roleWords[word.replace(/^(中共)?(党)?支部|^第?[一二三四五六七八九十\d]+(?=(党)?小组)/, '')];
    if (roles) for (const role of roles) found.add(role);
    else if (/(委员|支委)$/.test(word)) untitled.push(word);
    else unplaced.push(word);
  }
  return { roles: rosterRoles.filter((role) => found.has(role)), untitled, unplaced };
}

/** Several categories in one cell: 退休、高龄 or 预备党员（学生）. In brackets only known words count; the rest is a remark. */
export function readCategories(text: string): CategoriesRead {
  const found = new Set<Tag>();
  const unplaced: string[] = [];
  let status: MemberStatus | undefined;
  const place = (word: string): boolean => {
    const bare = word.replace(/(?<=.)(共产)?党员$/, '').replace(/^党员(?=.)/, '');
    const tag = tagWords[bare];
    if (tag !== undefined) found.add(tag);
    status = statusWords[bare] ?? status;
    return tag !== undefined || statusWords[bare] !== undefined || bare === '党员';
  };
  for (const word of wordsOf(text)) if (!place(word)) unplaced.push(word);
  for (const [, remark = ''] of text.normalize('NFKC').matchAll(/\(([^)]*)\)/g))
    for (const word of wordsOf(remark)) place(word);
  return { tags: [...found].sort(), status, unplaced };
}

/** The words of 职务 that are understood, for people. */
export const knownRoles = '书记、副书记、组织委员、宣传委员、纪检委员、党小组组长、普通党员';

/** The words of 类别 that are understood, for people. */
export const knownCategories = '正式、预备、在职、离退休、流动、学生、农民、领导干部、困难、年老体弱';

/** Words between separators, without blanks and remarks in brackets. */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .replaceAll(/\([^)]*\)/g, '')
    .split(/[、,;/|+&兼和及\s]+/)
    .filter((word) => word !== '');
}
