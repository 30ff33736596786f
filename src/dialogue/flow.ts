// A conversation as data: the form of flow.yaml, checked and made ready to run. Reads no files.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { roles } from '../domain/organisation.ts';
import { hour, minute } from '../domain/time.ts';
import { phrasesForm } from './phrases.ts';
import { recognisers } from './recognisers.ts';
import type { Step } from './steps/index.ts';
import { stepForm } from './steps/index.ts';

/** `30m`, `12h` or `2d`, in milliseconds. */
export const lengthOfTime = z
  .string()
  .regex(/^\d+[mhd]$/, '时长写成 30m、12h 或 2d')
  .transform(
    (text) => Number(text.slice(0, -1)) * { m: minute, h: hour, d: 24 * hour }[text.at(-1) as 'm' | 'h' | 'd'],
  );

const flowForm = z.strictObject({
  flow: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string().min(1).max(20),
  /** One line for the help, e.g. `报一次志愿服务，也可以直接说“昨天下午去社区清垃圾两小时”`. Absent = not listed. */
  hint: z.string().max(60).optional(),
  /** Where it stands in the help: the smaller the earlier; from 50 on only its word, without the hint. */
  rank: z.int().min(1).max(99).default(50),
  /** Who may start it; `member` = everybody. */
  who: z.array(z.enum(roles)).min(1).default(['member']),
  /** `both` flows answer in the group when they were called there; all others answer in private. */
  where: z.enum(['private', 'both']).default('private'),
  start: z
    .strictObject({
      words: z.array(z.string().min(1).max(12)).default([]),
      sentence: z.enum(Object.keys(recognisers) as [keyof typeof recognisers]).optional(),
      /** False where more words after the starting word are no answer to the first question. */
      rest: z.boolean().default(true),
      /** True where it is only meant when no question waits for an answer. */
      idle: z.boolean().default(false),
      /** What people say who do not know the word: `学习 任务|安排` is near to a sentence that holds 学习 and one of 任务 and 安排. Meant only when nothing else is. */
      near: z
        .array(
          z
            .string()
            .regex(/^[^\s|]+(?:[ |][^\s|]+)*$/, '写成“学习 任务|安排”这样')
            .max(80),
        )
        .default([]),
      /** True where what stands behind the starting word may answer several questions at once; everything is read back before it is kept. */
      line: z.boolean().default(false),
    })
    .default({ words: [], rest: true, idle: false, near: [], line: false }),
  /** Sentences that tell what is to be written down, as patterns; see phrases.ts. */
  says: phrasesForm,
  /** Sentences that ask for it. */
  asks: phrasesForm,
  /** True where its open question gives way to whatever else is said. */
  light: z.boolean().default(false),
  /** Views to load before a step, see src/store/views/. */
  needs: z.array(z.string()).default([]),
  /** How long an unanswered conversation stays open; at most a day (retention of flow state). */
  expire: lengthOfTime.pipe(z.number().max(24 * hour)).default(12 * hour),
  steps: z.array(stepForm).min(1),
});

export interface Flow extends Omit<z.output<typeof flowForm>, 'steps'> {
  readonly name: string;
  /** Names the content: the same text has the same revision on every machine. */
  readonly revision: string;
  readonly steps: readonly Step[];
  /** The file's content as JSON, kept so that conversations can end on the revision they began on. */
  readonly source: unknown;
}

/** The form of flow.yaml, for readers that want line numbers. */
export { flowForm };

/** Makes a checked flow ready; every step gets an id that is unique in the flow. */
export function makeFlow(parsed: z.output<typeof flowForm>, source: unknown): Flow {
  const seen = new Set<string>();
  const steps = parsed.steps.map((step, index) => {
    let id = step.id ?? step.kind;
    if (seen.has(id)) id = `${id}-${index + 1}`;
    seen.add(id);
    return { ...step, id } as Step;
  });
  const revision = createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 12);
  return { ...parsed, name: parsed.flow, revision, steps, source };
}

/** Where a step id stands; -1 when the flow has no such step. */
export function indexOf(flow: Flow, id: string): number {
  return flow.steps.findIndex((step) => step.id === id);
}

/** All flows at hand: the newest of each name, and older revisions that open conversations still need. */
export interface Flows {
  readonly newest: ReadonlyMap<string, Flow>;
  /** Undefined when that revision is nowhere kept any more. */
  revision(name: string, revision: string): Flow | undefined;
}

/** Flows without older revisions, or with those given. */
export function makeFlows(newest: Iterable<Flow>, older: Iterable<Flow> = []): Flows {
  const byName = new Map<string, Flow>();
  const byRevision = new Map<string, Flow>();
  for (const flow of older) byRevision.set(`${flow.name}@${flow.revision}`, flow);
  for (const flow of newest) {
    byName.set(flow.name, flow);
    byRevision.set(`${flow.name}@${flow.revision}`, flow);
  }
  return { newest: byName, revision: (name, revision) => byRevision.get(`${name}@${revision}`) };
}
