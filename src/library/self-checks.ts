// Reads content/self-checks/*.yaml and makes a conversation of each: a list to go through in one's own mind. What is answered is kept nowhere, not even while it runs.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Flow } from '../dialogue/flow.ts';
import { flowForm, makeFlow } from '../dialogue/flow.ts';
import { roles } from '../domain/organisation.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml } from './yaml-file.ts';

const selfCheckForm = z.strictObject({
  check: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string().min(1).max(20),
  /** The document it comes from, with issuer and year. */
  source: z.string().min(1).max(120),
  /** `private`: each goes through it alone. `committee`: the committee goes through it at a meeting. `card`: something to look up. */
  kind: z.enum(['private', 'committee', 'card']),
  who: z.array(z.enum(roles)).min(1).default(['member']),
  words: z.array(z.string().min(1).max(12)).min(1),
  /** Sentences that ask for it besides the short ones that name one of its words, as patterns. */
  asks: z.array(z.string()).default([]),
  intro: z.string().min(1).max(120),
  parts: z
    .array(z.strictObject({ part: z.string().max(20).optional(), items: z.array(z.string().min(2).max(60)).min(1) }))
    .min(1),
});
type SelfCheck = z.infer<typeof selfCheckForm>;

/** The conversations of all self-checks, with what is wrong in their files. */
export function readSelfChecks(contentDir: string): { flows: Flow[]; problems: Problem[] } {
  const folder = path.join(contentDir, 'self-checks');
  const flows: Flow[] = [];
  const problems: Problem[] = [];
  if (!existsSync(folder)) return { flows, problems };
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.yaml')) continue;
    const file = path.join(folder, name);
    const read = readYaml(file, selfCheckForm);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    if (`${read.value.check}.yaml` !== name)
      problems.push({ file, ...read.at(['check']), message: '编号要和文件名一样' });
    const raw = conversationOf(read.value);
    flows.push(makeFlow(flowForm.parse(raw), raw));
  }
  return { flows, problems };
}

function conversationOf(check: SelfCheck): z.input<typeof flowForm> {
  const { title, kind, who, words } = check;
  const named = words.map((word) => word.replaceAll('+', '\\+')).join('|');
  const asks = [`^(?!.*(?:建议|投诉|推荐|取消|不用|不想)).{0,14}(?:${named}).{0,8}$`, ...check.asks];
  const flow = { flow: `check-${check.check}`, title, who, asks, start: { words, rest: false, idle: false } };
  const text = listOf(check);
  if (kind === 'card') return { ...flow, steps: [{ say: text }] };
  if (kind === 'committee')
    return {
      ...flow,
      steps: [
        {
          say: `${text}\n在支委会上一条一条过。查到的问题记进清单，办好了由另一位委员验收。`,
          buttons: { 记问题: 'problem-entry' },
        },
      ],
    };
  return {
    ...flow,
    steps: [
      {
        ask: 'done',
        say: `${text}\n在心里一条一条过一遍。过完回“好了”，不用告诉我哪条好、哪条不好。`,
        type: 'text',
        whole: true,
        again: '过完回“好了”就行。',
      },
      {
        say: '好。您回的内容没有保存，也不会给别人看。想改的，挑一件这个月办得到的小事；要记下来，回“我的一件实事”。',
        buttons: { 我的一件实事: 'own-problem' },
      },
    ],
  };
}

function listOf({ title, source, intro, parts }: SelfCheck): string {
  let number = 0;
  const lines = parts.flatMap(({ part, items }) => [
    ...(part ? [`【${part}】`] : []),
    ...items.map((item) => `${++number}. ${item}`),
  ]);
  return [`${title}（${source}）`, intro, ...lines].join('\n');
}
