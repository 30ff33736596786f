// What WeCom tells about its contacts, taken once and in one transaction: who is gone gets no more messages, who is back gets them again. Says nothing to anybody.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { ContactChange, ContactNews } from '../domain/contact-change.ts';
import { followContact, needsName } from '../domain/contact-change.ts';
import type { Instant } from '../domain/time.ts';
import {
  contactOf,
  detachAccount,
  forgetDepartment,
  heardOf,
  noteContact,
  renameAccount,
  takeNews,
} from '../store/contacts.ts';
import { markLeft, markReturned } from '../store/leaving.ts';
import { inTransaction } from '../store/transaction.ts';

export interface ContactParts {
  readonly pool: pg.Pool;
  readonly clock: () => Instant;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  /** Asks WeCom what the holder of a userid is called; null = it may not tell. Throws when it cannot be asked now: the event comes again. */
  readonly nameOf?: (account: string) => Promise<string | null>;
}

/** Takes one event; a repeat changes nothing. Rejects when it could not be taken, so that the platform repeats it. */
export type TakeContacts = (news: ContactNews) => Promise<void>;

export function makeContacts(parts: ContactParts): TakeContacts {
  return async (news) => {
    // Asked before the transaction: nobody waits in it for another house.
    const names = await askNames(parts, news.changes);
    await inTransaction(parts.pool, async (client) => {
      if (!(await takeNews(client, news, parts.clock()))) return;
      for (const change of news.changes) await follow(parts, client, change, news.at, names);
    });
  };
}

async function askNames(
  { pool, nameOf }: ContactParts,
  changes: readonly ContactChange[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const change of changes) {
    if (!('account' in change)) continue;
    if (change.kind === 'joined' && change.name !== null) names.set(change.account, change.name);
    const known = await contactOf(pool, change.account);
    if (!known || !nameOf || !needsName(change, known)) continue;
    const name = await nameOf(change.account);
    if (name !== null) names.set(change.account, name);
  }
  return names;
}

async function follow(
  { clock, log }: ContactParts,
  client: pg.ClientBase,
  change: ContactChange,
  at: Instant,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const now = clock();
  switch (change.kind) {
    case 'department':
      if (change.change === 'deleted') await forgetDepartment(client, change.department);
      return;
    case 'tag':
    case 'import-ended':
      return;
    case 'app':
      log.warn({ event: change.event, effectAt: change.effectAt }, 'wecom tells about the app itself');
      return noteContact(client, 'app-alert', { detail: { event: change.event, effectAt: change.effectAt } }, now);
  }
  const known = await contactOf(client, change.account, { lock: true });
  if (!known) return;
  const { member } = known;
  if (change.kind === 'renamed') {
    if (await renameAccount(client, change.account, change.to)) await heardOf(client, change.to, at);
    else {
      log.warn({ member }, 'a renamed userid belongs to another member already');
      await noteContact(client, 'contact-taken', { member }, now);
    }
    return;
  }
  const following = followContact(change, at, known, names.get(change.account) ?? null);
  await heardOf(client, change.account, at);
  switch (following.kind) {
    case 'leave':
      return markLeft(client, member, { why: following.why, at, now });
    case 'return':
      return markReturned(client, member, now);
    case 'detach':
      await detachAccount(client, member);
      return noteContact(client, 'contact-detached', { member }, now);
    case 'unclear':
      return noteContact(client, 'contact-unclear', { member }, now);
  }
}
