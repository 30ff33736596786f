// The answers of WeCom's contacts as far as they are read: departments, userids, names. What else stands in them is dropped here.

import { z } from 'zod';
import type { Contact, Department } from '../../domain/contact-book.ts';

const id = z.int().nonnegative();
const userid = z.string().min(1).max(64);
/** A name that is empty was not told. */
const name = z
  .string()
  .trim()
  .transform((text) => text || null)
  .nullish()
  .transform((text) => text ?? null);

/** Status of a userid whose holder left the corp (W90196). */
export const left = 5;

export const departmentList = z
  .object({ department: z.array(z.object({ id, name, parentid: id.default(0) })) })
  .transform(({ department }) => department.map(({ parentid, ...one }): Department => ({ ...one, parent: parentid })));

export const departmentIds = z
  .object({ department_id: z.array(z.object({ id, parentid: id.default(0) })) })
  .transform((list) => list.department_id.map((one): Department => ({ id: one.id, name: null, parent: one.parentid })));

export const simpleList = (asked: number) =>
  z
    .object({ userlist: z.array(z.object({ userid, name, department: z.array(id).optional() })) })
    .transform(({ userlist }) =>
      userlist.map((one): Contact => ({ account: one.userid, name: one.name, departments: one.department ?? [asked] })),
    );

export const user = z
  .object({ userid, name, department: z.array(id).default([]), status: z.int().default(1) })
  .transform((one) => ({
    status: one.status,
    contact: { account: one.userid, name: one.name, departments: one.department } satisfies Contact,
  }));

export const agentRange = z
  .object({
    allow_userinfos: z.object({ user: z.array(z.object({ userid })).default([]) }).default({ user: [] }),
    allow_tags: z.object({ tagid: z.array(id).default([]) }).default({ tagid: [] }),
  })
  .transform(({ allow_userinfos, allow_tags }) => ({
    users: allow_userinfos.user.map((one) => one.userid),
    tags: allow_tags.tagid,
  }));

export const tagUsers = z
  .object({ userlist: z.array(z.object({ userid })).default([]) })
  .transform(({ userlist }) => userlist.map((one) => one.userid));

export const idPage = z.object({
  next_cursor: z.string().default(''),
  dept_user: z.array(z.object({ userid, department: id })).default([]),
});
