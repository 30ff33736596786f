// Reads a study material for `zhibu broadcast`: a Markdown file with front matter. Says what is wrong with file and line; whether it may go out is not decided here.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { tags } from '../domain/organisation.ts';
import { isDay } from '../domain/time.ts';
import type { Problem } from './yaml-file.ts';
import { parseYamlAll } from './yaml-file.ts';

const yesOrNo = { yes: true, no: false } as const;
const audience = z.enum(['all', ...tags]);

const frontMatter = z.strictObject({
  title: z.string().trim().min(1).max(40),
  source: z.string().trim().min(1).max(60),
  /** YAML 1.2: an unquoted yes is the text "yes". */
  public: z
    .union([z.boolean(), z.enum(['yes', 'no']).transform((word) => yesOrNo[word])], '只能写 yes 或 no')
    .optional(),
  expires: z.string().refine(isDay, '日期写成 2026-12-31 这样').optional(),
  link: z.url('写成 https:// 开头的网址').optional(),
  audience: z
    .union([audience, z.array(audience).min(1)], `只能是 all 或 ${tags.join('、')}`)
    .transform((value) => [value].flat())
    .transform((list) => (list.includes('all') ? [] : list.filter((each) => each !== 'all')))
    .default([]),
});

export interface Material extends z.output<typeof frontMatter> {
  readonly text: string;
}

export type MaterialRead = { readonly material: Material } | { readonly problems: readonly Problem[] };

/** An unreadable file is a problem too, not an error. */
export function readMaterial(file: string): MaterialRead {
  const fail = (message: string): MaterialRead => ({ problems: [{ file, line: 1, column: 1, message }] });
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return fail('读不到这个文件，请检查路径');
  }
  const parts = /^\uFEFF?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|$)(.*)$/ms.exec(content);
  if (!parts) return fail('开头要有两行 --- 包着的说明：title、source、public、expires');
  // The empty line stands for the first ---, so that line numbers are those of the file.
  const read = parseYamlAll(file, `\n${parts[1]}`, frontMatter);
  if ('problems' in read) return read;
  const [first] = read.values;
  if (!first) return fail('说明是空的，要有 title、source、public、expires');
  const text = parts[2]!.trim();
  if (!text && !first.value.link) return fail('没有正文，也没有 link，不知道发什么');
  if (text.length > longestText)
    return fail(`正文有${text.length}字，最多${longestText}字；长的请放到网上，用 link 发网址`);
  return { material: { ...first.value, text } };
}

/** As `broadcastBody` allows. */
const longestText = 4000;
