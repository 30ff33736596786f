// The people and departments of the fake corp, and what of them the app can see. Holds no HTTP.

import { z } from 'zod';

export const corpUser = z.strictObject({
  userid: z.string().regex(/^[\w.@-]{1,64}$/),
  name: z.string().min(1),
  department: z.array(z.int().positive()).min(1).default([1]),
  /** 1 active, 2 disabled, 4 not activated, 5 left. */
  status: z.literal([1, 2, 4, 5]).default(1),
  mobile: z.string().optional(),
});
export type CorpUser = z.output<typeof corpUser>;

export const corpDepartment = z.strictObject({
  id: z.int().positive(),
  name: z.string().min(1),
  parentid: z.int().nonnegative().default(1),
});
export type CorpDepartment = z.output<typeof corpDepartment>;

export interface CorpOptions {
  /** The root (1) is there by itself. */
  readonly departments?: readonly z.input<typeof corpDepartment>[];
  readonly users?: readonly z.input<typeof corpUser>[];
  readonly tags?: readonly { readonly id: number; readonly name: string; readonly users: readonly string[] }[];
  /** What the app can see; absent = everybody. */
  readonly range?: CorpRange;
  /** The secret of the contact-sync assistant; absent = it is not switched on. */
  readonly assistantSecret?: string;
  /** Host (with port) that logins may return to; absent = any. */
  readonly trustedDomain?: string;
}

export interface CorpRange {
  readonly users?: readonly string[];
  readonly departments?: readonly number[];
  readonly tags?: readonly number[];
}

export interface Corp {
  /** False while nobody has said who works there: then everybody who is written to does. */
  readonly isKnown: boolean;
  readonly departments: Map<number, CorpDepartment>;
  /** By account in lower case. */
  readonly users: Map<string, CorpUser>;
  readonly tags: Map<number, { readonly name: string; readonly users: Set<string> }>;
  range: Required<CorpRange>;
  readonly trustedDomain: string | undefined;
}

/** The assistant has a token of its own and is no app. */
export const assistantAgent = 0;

export function newCorp(options: CorpOptions | undefined): Corp {
  const departments = [{ id: 1, name: '全公司', parentid: 0 }, ...(options?.departments ?? [])];
  return {
    isKnown: options !== undefined,
    departments: new Map(departments.map((one) => [one.id, corpDepartment.parse(one)])),
    users: new Map((options?.users ?? []).map((one) => [one.userid.toLowerCase(), corpUser.parse(one)])),
    tags: new Map(
      (options?.tags ?? []).map((tag) => [
        tag.id,
        { name: tag.name, users: new Set(tag.users.map((user) => user.toLowerCase())) },
      ]),
    ),
    range: rangeOf(options?.range),
    trustedDomain: options?.trustedDomain,
  };
}

export function rangeOf(range: CorpRange | undefined): Required<CorpRange> {
  return range ? { users: [], departments: [], tags: [], ...range } : { users: [], departments: [1], tags: [] };
}

/** The department and those above it. */
export function chainOf(corp: Corp, id: number): number[] {
  const chain: number[] = [];
  for (
    let here = corp.departments.get(id);
    here && !chain.includes(here.id);
    here = corp.departments.get(here.parentid)
  )
    chain.push(here.id);
  return chain;
}

export function sees(corp: Corp, department: number): boolean {
  return chainOf(corp, department).some((id) => corp.range.departments.includes(id));
}

/** Whether the app sees this person: by department, by name or by tag. Who left or is disabled is out of sight. */
export function seesUser(corp: Corp, account: string): boolean {
  const user = corp.users.get(account.toLowerCase());
  if (!user || user.status === 2 || user.status === 5) return false;
  const { users, tags } = corp.range;
  return (
    user.department.some((id) => sees(corp, id)) ||
    users.some((one) => one.toLowerCase() === account.toLowerCase()) ||
    tags.some((id) => corp.tags.get(id)?.users.has(account.toLowerCase()))
  );
}

/** Everybody the app may write to, in lower case. */
export function inSight(corp: Corp): ReadonlySet<string> {
  return new Set([...corp.users.keys()].filter((account) => seesUser(corp, account)));
}
