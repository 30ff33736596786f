// Registers: lists that a branch keeps, as data. A new list (visits, contact points, pledges) is one file in flows/registers/, not code.

import { z } from 'zod';
import type { Member } from './organisation.ts';
import { roles } from './organisation.ts';

const word = z.string().min(1).max(12);
/** A pattern over a sentence, or one with answers it brings besides its named groups; see src/dialogue/phrases.ts. */
const phrases = z
  .array(z.union([z.string(), z.strictObject({ say: z.string(), with: z.record(z.string(), z.string()) })]))
  .default([]);
/** As `start.near` of a conversation: what people say who do not know the word. */
const near = z.array(z.string().min(1).max(80)).default([]);
const fieldTypes = [
  'text',
  'number',
  'date',
  'duration',
  'month',
  'members',
  'text-or-file',
  'image',
  'voice',
] as const;

const field = z
  .strictObject({
    field: z.string().regex(/^[a-z][a-zA-Z0-9]*$/),
    /** What stands before it in lists and files. */
    label: z.string().min(1).max(10),
    ask: z.string().min(1),
    type: z.enum(fieldTypes).default('text'),
    /** Said when the answer is not understood; shows one that would be. */
    again: z.string().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    earliest: z.int().optional(),
    latest: z.int().optional(),
    /** Words that leave it empty. */
    skip: z.array(z.string()).default([]),
    /** Instead of a type: value → label. */
    options: z.record(z.string(), z.string().max(10)).optional(),
  })
  .refine(({ field: name }) => !reservedFields.includes(name), { message: '这个名字留给系统用，请换一个' });

/** Names that an entry carries besides its fields. */
export const reservedFields = [
  'register',
  'state',
  'heading',
  'about',
  'by',
  'entry',
  'entries',
  'each',
  'number',
  'me',
  'unit',
];

/** `flows/registers/<id>.yaml`. */
export const registerForm = z.strictObject({
  /** Also the kind of its records. */
  register: z.string().regex(/^[a-z][a-z-]*$/),
  title: z.string().min(1).max(20),
  source: z.string().max(120).optional(),
  /** Who writes entries; `member` = everybody. */
  who: z.array(z.enum(roles)).min(1).default(['member']),
  /** Whose the entries are: the writer's own, or the unit's. */
  about: z.enum(['member', 'unit']).default('unit'),
  /** Who reads them besides the writer; from above the unit nobody does unless `up` says so. `chosen`: each writer decides in a field `seen` with the options self, committee, branch. */
  seen_by: z.enum(['self', 'committee', 'branch', 'chosen']).default('committee'),
  /** What one says to make an entry, and the line of the help. */
  words: z.array(word).min(1),
  near,
  /** Name of the recogniser of sentences that bring answers along. */
  sentence: z.string().optional(),
  hint: z.string().max(60).optional(),
  rank: z.int().min(1).max(99).default(60),
  /** Said before the first question, where something has to be known. */
  intro: z.string().optional(),
  fields: z.array(field).min(1).max(8),
  /** A text field of which each line is an entry of its own (a list that is pasted in). */
  each: z.string().optional(),
  /** What the entry is called in lists. `{stageWord}` is the label of what was chosen in the field `stage`. */
  heading: z.string().min(1),
  confirm: z.string().min(1),
  /** Said when it is written. */
  said: z.string().min(1),
  /** The first is the one an entry begins in; with one only, entries are simply there. */
  states: z.record(z.string().regex(/^[a-z]+$/), z.string().max(10)).default({ done: '已记' }),
  /** Ways from one state to the next. One that every member may go (`who: [member]`) is for the own entries only, unless it is a check by another. */
  moves: z
    .array(
      z.strictObject({
        words: z.array(word).min(1),
        near,
        from: z.string(),
        to: z.string(),
        who: z.array(z.enum(roles)).min(1).default(['member']),
        /** True = only somebody other than the writer may do it (a check by another person). */
        other: z.boolean().default(false),
        /** Also a fact of this kind, with the entry's heading as `what`. */
        fact: z.enum(['problem_solved']).optional(),
        said: z.string().min(1),
        /** What the writer is told when somebody else did it, within quiet hours. */
        tell: z.string().max(120).optional(),
      }),
    )
    .default([]),
  /** What one says to read the entries, and who may; absent = the writers. */
  list: z.strictObject({
    words: z.array(word).min(1),
    near,
    who: z.array(z.enum(roles)).optional(),
    empty: z.string(),
  }),
  /** Roles of the units above that read the entries and go their ways: what is sent upward on purpose. They see the unit, never who wrote it. */
  up: z.array(z.enum(roles)).default([]),
  /** True = the units below read the entries too (a list that a district keeps for all). */
  down: z.boolean().default(false),
  /** True = only those read it whose unit, or one above it, was selected for it (unit setting `selected`); the writers always do. */
  selected: z.boolean().default(false),
  /** What the entries amount to, said below the list: the sum of a field, how many have a value, or the share of those. Never compared between people. */
  tally: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(20),
        of: z.enum(['sum', 'count', 'share']),
        field: z.string(),
        /** The value counted, with `count` and `share`. */
        is: z.string().optional(),
        unit: z.string().max(4).default('次'),
        /** Entries of this year, or all that are kept. */
        over: z.enum(['year', 'all']).default('year'),
        /** What is asked, in words: `要求每年不少于5天`. */
        rule: z.string().max(40).optional(),
      }),
    )
    .default([]),
  /** Sentences that tell what is to be written down, and those that ask for it. */
  says: phrases,
  asks: phrases,
  /** Sentences that ask for the list. */
  reads: phrases,
  /** Sentences that move an entry on, by the first word of the move. */
  moved: z.record(z.string(), phrases).default({}),
  /** How long an entry is kept after its last change, in months. */
  keep: z.int().min(1).max(120).default(36),
});
export type Register = z.infer<typeof registerForm>;

/** Roles that are the branch committee. */
const committee = [
  'secretary',
  'deputy',
  'commissioner-organisation',
  'commissioner-publicity',
  'commissioner-discipline',
] as const;

/** True when this member stands above and the entries are meant for such a role. */
export function readsFromAbove({ up }: Register, { roles: own }: Pick<Member, 'roles'>): boolean {
  return up.some((role) => own.includes(role));
}

/** True when this member may read an entry of the own unit that `by` wrote; `seen` is what its writer chose, where the register leaves it to them. */
export function maySee({ seen_by }: Register, member: Member, by: string | null, seen?: unknown): boolean {
  const readers = seen_by === 'chosen' ? seen : seen_by;
  if (by === member.id || readers === 'branch') return true;
  return readers === 'committee' && member.roles.some((role) => (committee as readonly string[]).includes(role));
}
