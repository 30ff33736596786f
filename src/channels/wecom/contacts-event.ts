// Reads what WeCom tells about contacts and about the app itself. Keeps nothing of a person but the userid and the name.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ContactChange, ContactNews } from '../../domain/contact-change.ts';
import { cleanText } from '../channel.ts';

/**
 * What this event says about contacts or the app, in its order; undefined = it is no such event. A kind of change that nobody knows changes nothing. Every field but the one
 * that says whom is optional: addresses set up after 15 August 2022 are told UserID and Department only (W90970).
 */
export function contactNews(fields: Readonly<Record<string, unknown>>): ContactNews | undefined {
  const parsed = event.safeParse(fields);
  if (!parsed.success) return undefined;
  const changes = changesOf(parsed.data);
  return changes && { key: keyOf(fields), at: Number(parsed.data.CreateTime) * 1000, changes };
}

const word = z.string().trim().transform(cleanText);
const account = word.pipe(z.string().min(1).max(64));
const number = z
  .string()
  .trim()
  .regex(/^\d{1,10}$/)
  .transform(Number);

const event = z.object({
  MsgType: z.literal('event'),
  Event: word,
  CreateTime: z
    .string()
    .trim()
    .regex(/^\d{1,12}$/),
  FromUserName: word,
  ChangeType: word.optional(),
  UserID: account.optional(),
  NewUserID: word.optional(),
  Name: word.optional(),
  Status: word.optional(),
  Id: number.optional(),
  TagId: number.optional(),
  EffectTime: z
    .string()
    .trim()
    .regex(/^\d{1,12}$/)
    .optional()
    .catch(undefined),
  BatchJob: z
    .object({
      ErrCode: z
        .string()
        .trim()
        .regex(/^-?\d{1,9}$/),
    })
    .optional()
    .catch(undefined),
});
type Event = z.infer<typeof event>;

/** The app is looked at by WeCom: unused, suspended, back (W90240). */
const aboutApp = new Set([
  'inactive_alert',
  'low_active_alert',
  'close_inactive_agent',
  'reopen_inactive_agent',
  'low_active',
  'active_restored',
]);

function changesOf(m: Event): ContactChange[] | undefined {
  switch (m.Event) {
    case 'subscribe':
      return isAccount(m.FromUserName) ? [{ kind: 'in-range', account: m.FromUserName }] : [];
    case 'unsubscribe':
      return isAccount(m.FromUserName) ? [{ kind: 'out-of-range', account: m.FromUserName }] : [];
    case 'batch_job_result':
      return [{ kind: 'import-ended', code: Number(m.BatchJob?.ErrCode ?? 0) }];
    case 'change_contact':
      return contactChange(m);
  }
  if (!aboutApp.has(m.Event)) return undefined;
  return [{ kind: 'app', event: m.Event, effectAt: m.EffectTime ? Number(m.EffectTime) * 1000 : null }];
}

function contactChange(m: Event): ContactChange[] {
  switch (m.ChangeType) {
    case 'create_user':
      return m.UserID ? [{ kind: 'joined', account: m.UserID, name: m.Name || null }] : [];
    case 'update_user':
      return m.UserID ? updateOf(m, m.UserID) : [];
    case 'delete_user':
      return m.UserID ? [{ kind: 'deleted', account: m.UserID }] : [];
    case 'create_party':
    case 'update_party':
    case 'delete_party':
      return m.Id === undefined
        ? []
        : [{ kind: 'department', change: departmentChanges[m.ChangeType], department: m.Id }];
    case 'update_tag':
      return m.TagId === undefined ? [] : [{ kind: 'tag', tag: m.TagId }];
  }
  return [];
}

const departmentChanges = { create_party: 'created', update_party: 'changed', delete_party: 'deleted' } as const;

/** Status: 1 active, 2 disabled, 4 not activated yet, 5 left the corp (W90196). What follows a rename happened to the new userid. */
function updateOf({ NewUserID, Status }: Event, old: string): ContactChange[] {
  const isRenamed = NewUserID !== undefined && isAccount(NewUserID) && NewUserID !== old;
  const now = isRenamed ? NewUserID : old;
  const changes: ContactChange[] = isRenamed ? [{ kind: 'renamed', account: old, to: NewUserID }] : [];
  if (Status === '2' || Status === '5') changes.push({ kind: 'out-of-range', account: now });
  if (Status === '1') changes.push({ kind: 'in-range', account: now });
  return changes.length > 0 ? changes : [{ kind: 'changed', account: now }];
}

/** `sys` is WeCom itself. */
function isAccount(text: string): boolean {
  return text !== 'sys' && /^[\w.@-]{1,64}$/.test(text);
}

/** Events have no MsgId; the whole event tells it from others, and its repeat says the same word for word. */
function keyOf(fields: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
  return `contacts-${createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')}`;
}
