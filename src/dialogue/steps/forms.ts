// Checked forms that several kinds of steps share: texts, conditions, values, buttons.

import { z } from 'zod';
import { startButton } from '../buttons.ts';
import { parseCondition } from '../condition.ts';
import type { Json, ShownButton } from '../session.ts';
import type { Scope, Template } from '../template.ts';
import { fill, parseTemplate, rawValue } from '../template.ts';

function parsed<T>(parse: (source: string) => T) {
  return z.string().transform((source, context): T => {
    try {
      return parse(source);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}

/** A text to be said. */
export const text = parsed(parseTemplate);
export const condition = parsed(parseCondition);

/** `with:` of save, call and compute: names and what they get; `{on}` alone keeps its type, anything else is text. */
export const values = z.record(z.string(), z.union([text, z.number(), z.boolean(), z.null()]));
export type Values = z.output<typeof values>;

/** The values filled in; what is absent stays away. */
export function fillValues(spec: Values, scope: Scope): Record<string, Json> {
  const filled: Record<string, Json> = {};
  for (const [name, value] of Object.entries(spec)) {
    const result = Array.isArray(value) ? rawValue(value as Template, scope) : (value as Json);
    if (result !== undefined) filled[name] = result as Json;
  }
  return filled;
}

/** Buttons under a text: label → the flow it opens, or a flow with answers. */
export const buttons = z.record(
  z.string().min(1).max(10, '按钮最多10个字'),
  z.union([z.string(), z.strictObject({ flow: z.string(), with: values.default({}) })]),
);
export type Buttons = z.output<typeof buttons>;

export function showButtons(spec: Buttons | undefined, scope: Scope): ShownButton[] {
  return Object.entries(spec ?? {}).map(([label, target]) => ({
    label,
    data: typeof target === 'string' ? startButton(target) : startButton(target.flow, fillValues(target.with, scope)),
  }));
}

/** What happens when nobody answers: after how long, and then which step (`end` = quietly over). */
export const wait = z.strictObject({
  after: z
    .string()
    .regex(/^\d+[mh]$/, '时长写成 30m 或 12h')
    .transform((source) => Number(source.slice(0, -1)) * (source.endsWith('m') ? 60_000 : 3_600_000)),
  go: z.string().default('end'),
});

export { fill };
