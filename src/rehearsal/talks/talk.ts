// A conversation test as its file says it: checked, with the line of every step. Runs nothing.

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Content } from '../../channels/channel.ts';
import { Fault } from '../../domain/fault.ts';
import type { Instant } from '../../domain/time.ts';
import { dayLength, hour, instantOf, isDay, minute } from '../../domain/time.ts';
import type { Problem } from '../../library/yaml-file.ts';
import { readYamlAll } from '../../library/yaml-file.ts';
import type { Did } from '../doors.ts';

/**
 * What `as:` may say. `wecom-bot` is the bot's long connection, `wecom-bot-callback` its other mode; `webhook` is `wecom-app` with a robot in each group,
 * for the talks that name it.
 */
export const doorNames = [
  'simulator',
  'terminal',
  'wecom-app',
  'webhook',
  'wecom-bot',
  'wecom-bot-callback',
  'wechaty',
] as const;
export type TalkDoor = (typeof doorNames)[number];

/** Texts that must occur somewhere, and texts that must not. */
export interface Wanted {
  readonly has: readonly string[];
  readonly not: readonly string[];
}

export type TalkStep = { readonly line: number } & (
  | { readonly kind: 'act'; readonly member: string; readonly did: Did }
  /** Presses the newest button with this label that the member was shown, or the oldest one. */
  | {
      readonly kind: 'tap';
      readonly member: string;
      readonly label: string;
      readonly first: boolean;
      readonly group?: string;
    }
  /** Ticks these on the newest list that the member was shown, and hands it in; an empty one too. */
  | { readonly kind: 'tick'; readonly member: string; readonly labels: readonly string[] }
  /** Several things at the same moment: they may be taken in any order. */
  | { readonly kind: 'at-once'; readonly acts: readonly { readonly member: string; readonly did: Did }[] }
  | { readonly kind: 'now'; readonly at: Instant }
  | { readonly kind: 'pass'; readonly length: number }
  /** The service ends and begins anew on its database; platforms and phones stay as they are. */
  | { readonly kind: 'restart' }
  /** The platform delivers the last thing that was said or done once more, with the same id. */
  | { readonly kind: 'repeat' }
  /** The connection to the platform breaks; what is sent next fails at first. */
  | { readonly kind: 'disconnect' }
  /** The next message takes the service so long to answer. */
  | { readonly kind: 'slow'; readonly length: number }
  | { readonly kind: 'to'; readonly to: string; readonly wanted: Wanted }
  | { readonly kind: 'silent'; readonly to: string }
  | { readonly kind: 'count'; readonly to: string; readonly count: number }
  | {
      readonly kind: 'fact';
      readonly wanted: Readonly<Record<string, string>>;
      readonly times: number | null;
      readonly none: boolean;
    }
  | { readonly kind: 'duty' | 'record'; readonly wanted: Readonly<Record<string, string>>; readonly none: boolean }
);

export interface Talk {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly at: Instant;
  /** The door it names; null = whichever the talks are run through. */
  readonly door: TalkDoor | null;
  /** The doors it makes sense in; null = all. A platform cannot do everything: nobody speaks to an app in a group. */
  readonly doors: readonly TalkDoor[] | null;
  /** Path of the organisation file; null = the small one of the tests. */
  readonly org: string | null;
  /** Members who have not seen the first-contact notice. */
  readonly fresh: readonly string[];
  /** Members who never wrote to the AI bot, so that it may not write to them. */
  readonly unheard: readonly string[];
  /** False = no month of study content is released yet. */
  readonly released: boolean;
  readonly steps: readonly TalkStep[];
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = z.union([scalar.transform((one) => [one]), z.array(scalar)]);
const wanted = z.union([
  scalars.transform((has): Wanted => ({ has, not: [] })),
  z.strictObject({ has: scalars.default([]), not: scalars.default([]) }),
]);
const upload = z.union([z.string(), z.strictObject({ media: z.string() })]);
const did = z.union([
  scalar.transform((text) => ({ text })),
  z.strictObject({ tap: scalar, card: z.enum(['first', 'last']).default('last') }),
  z.strictObject({ tick: z.array(scalar) }),
  z.strictObject({ enter: z.literal(true) }),
  /** In the group, but not to the bot. */
  z.strictObject({ aside: scalar }),
  z.strictObject({ link: scalar }),
  z.strictObject({ location: scalar }),
  z.strictObject({
    upload: upload.transform((one) => (typeof one === 'string' ? one : one.media)),
    path: z.string().optional(),
    says: z.string().optional(),
  }),
]);

const talkForm = z.strictObject({
  talk: z.string().min(1),
  at: z.string(),
  as: z.enum(doorNames).optional(),
  doors: z.array(z.enum(doorNames)).min(1).optional(),
  org: z.string().optional(),
  new: z.array(z.string()).default([]),
  unheard: z.array(z.string()).default([]),
  released: z.boolean().default(true),
  /** Numbers of the duties that this talk shows to be done, see test/duties.yaml. */
  proves: z.array(z.int()).default([]),
  steps: z.array(z.record(z.string(), z.unknown())).min(1),
});

/** All talks of these files and folders (all `*.yaml` below them); files that are no talks at all are passed over in folders. */
export function readTalks(paths: readonly string[]): { talks: Talk[]; problems: Problem[] } {
  const talks: Talk[] = [];
  const problems: Problem[] = [];
  for (const given of paths) {
    for (const file of filesBelow(given)) {
      const read = readYamlAll(file, z.unknown());
      if ('problems' in read) {
        problems.push(...read.problems);
        continue;
      }
      for (const { value, at } of read.values) {
        // A folder of flows holds other files too; only what calls itself a talk is one.
        if (file !== given && !(typeof value === 'object' && value !== null && 'talk' in value)) continue;
        const parsed = talkForm.safeParse(value);
        if (!parsed.success) {
          problems.push(
            ...parsed.error.issues.map((issue) => ({
              file,
              ...at(issue.path),
              message: `${issue.path.join('.')}：${issue.message}`,
            })),
          );
          continue;
        }
        const steps: TalkStep[] = [];
        parsed.data.steps.forEach((step, index) => {
          const { line, column } = at(['steps', index]);
          const made = readStep(step, line);
          if (typeof made === 'string') problems.push({ file, line, column, message: made });
          else steps.push(made);
        });
        const start = readInstant(parsed.data.at);
        if (start === undefined)
          problems.push({ file, ...at(['at']), message: `“${parsed.data.at}”写成 2026-12-05 19:30` });
        else {
          const { talk: name, as: door = null, doors = null, org, new: fresh, unheard, released } = parsed.data;
          talks.push({
            file,
            line: at([]).line,
            name,
            at: start,
            door,
            doors,
            org: org ? path.resolve(path.dirname(file), org) : null,
            fresh,
            unheard,
            released,
            steps: steps.map((step) => besides(path.dirname(file), step)),
          });
        }
      }
    }
  }
  return { talks, problems };
}

function readStep(step: Record<string, unknown>, line: number): TalkStep | string {
  const { times, none, ...rest } = step;
  const entries = Object.entries(none && typeof none === 'object' ? (none as Record<string, unknown>) : rest);
  const [key, value] = entries[0] ?? ['', undefined];
  if (entries.length !== 1) return '一步只能有一件事';
  const parse = <T>(form: z.ZodType<T>, make: (parsed: T) => TalkStep): TalkStep | string => {
    const parsed = form.safeParse(value);
    return parsed.success ? make(parsed.data) : `“${key}”的内容看不懂：${parsed.error.issues[0]?.message}`;
  };
  if (key === 'now') {
    const at = readInstant(String(value));
    return at === undefined ? `“${String(value)}”写成 2026-12-05 19:30` : { line, kind: 'now', at };
  }
  if (key === 'pass' || key === 'slow') {
    const length = readLength(String(value));
    return length === undefined ? `“${String(value)}”写成 2d、3h 或 30m` : { line, kind: key, length };
  }
  if (key === 'restart' || key === 'disconnect') return parse(z.literal('all'), () => ({ line, kind: key }));
  if (key === 'repeat') return parse(z.literal('last'), () => ({ line, kind: key }));
  if (key === 'at once') return readAtOnce(value, line);
  if (key === 'silent') return parse(scalar, (to) => ({ line, kind: 'silent', to }));
  if (key === 'fact' || key === 'duty' || key === 'record') {
    return parse(z.record(z.string(), z.union([scalar, z.null().transform(() => '')])), (all) => {
      const { times: inside, ...fields } = all;
      const count = times ?? inside;
      if (key !== 'fact') return { line, kind: key, wanted: fields, none: none !== undefined };
      return {
        line,
        kind: key,
        wanted: fields,
        times: count === undefined ? null : Number(count),
        none: none !== undefined,
      };
    });
  }
  const count = /^count to (\S+)$/.exec(key);
  if (count) return parse(z.coerce.number(), (number) => ({ line, kind: 'count', to: count[1]!, count: number }));
  const to = /^to (\S+)$/.exec(key);
  if (to) return parse(wanted, (one) => ({ line, kind: 'to', to: to[1]!, wanted: one }));
  return readAct(key, value, line);
}

/** `zhaolei: …` in private, `zhaolei @b1: …` in the group of b1. */
function readAct(key: string, value: unknown, line: number): Act | string {
  const who = /^([\w.@-]+?)(?:\s+@(\S+))?$/.exec(key);
  if (!who) return `“${key}”看不懂`;
  const parsed = did.safeParse(value);
  if (!parsed.success) return `“${key}”的内容看不懂：${parsed.error.issues[0]?.message}`;
  const member = who[1]!;
  const group = who[2] === undefined ? {} : { group: who[2] };
  const one = parsed.data;
  if ('tap' in one) return { line, kind: 'tap', member, label: one.tap, first: one.card === 'first', ...group };
  if ('tick' in one) return { line, kind: 'tick', member, labels: one.tick };
  return { line, kind: 'act', member, did: { content: contentOf(one), aside: 'aside' in one, ...group } };
}

type Act = TalkStep & { readonly kind: 'act' | 'tap' | 'tick' };

/** A file that is sent lies beside its talk. */
function besides(folder: string, step: TalkStep): TalkStep {
  const found = (did: Did): Did =>
    did.content.kind === 'upload'
      ? { ...did, content: { ...did.content, ref: path.resolve(folder, did.content.ref) } }
      : did;
  if (step.kind === 'act') return { ...step, did: found(step.did) };
  if (step.kind !== 'at-once') return step;
  return { ...step, acts: step.acts.map(({ member, did }) => ({ member, did: found(did) })) };
}

function contentOf(one: Exclude<z.infer<typeof did>, { tap: string } | { tick: string[] }>): Content {
  if ('text' in one) return { kind: 'text', text: one.text };
  if ('enter' in one) return { kind: 'enter' };
  if ('aside' in one) return { kind: 'text', text: one.aside };
  if ('link' in one) return { kind: 'other', type: 'link' };
  if ('location' in one) return { kind: 'other', type: 'location' };
  const media = one.upload as 'image' | 'voice' | 'video' | 'file';
  const name = one.path === undefined ? {} : { name: path.basename(one.path) };
  return { kind: 'upload', media, ref: one.path ?? media, ...name, ...(one.says ? { says: one.says } : {}) };
}

function readAtOnce(value: unknown, line: number): TalkStep | string {
  const parsed = z.array(z.record(z.string(), z.unknown())).min(2).safeParse(value);
  if (!parsed.success) return '“at once”要列出两件以上的事';
  const acts: { member: string; did: Did }[] = [];
  for (const one of parsed.data) {
    const [key, what] = Object.entries(one)[0] ?? ['', undefined];
    const act = readAct(key, what, line);
    if (typeof act === 'string') return act;
    if (act.kind !== 'act') return '“at once”里不能按按钮、不能勾选';
    acts.push({ member: act.member, did: act.did });
  }
  return { line, kind: 'at-once', acts };
}

/** `2026-12-05 19:30`, also with a T between. */
function readInstant(text: string): Instant | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::00)?$/.exec(text.trim());
  return parts && isDay(parts[1]!) ? instantOf(parts[1]!, parts[2]!) : undefined;
}

function readLength(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*(d|h|m|w)$/.exec(text.trim());
  return parts
    ? Number(parts[1]) * { d: dayLength, h: hour, m: minute, w: 7 * dayLength }[parts[2] as 'd' | 'h' | 'm' | 'w']
    : undefined;
}

function filesBelow(given: string): string[] {
  if (!existsSync(given)) throw new Fault('bad-file', `没有 ${given} 这个文件或文件夹`);
  if (!statSync(given).isDirectory()) return [given];
  return readdirSync(given, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && !name.includes('node_modules'))
    .sort()
    .map((name) => path.join(given, name));
}
