// Reads WeCom's contacts: departments, userids and names within the app's visible range. Asks for no phone, address or picture, and writes nothing.

import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Absence, Contact, ContactBook, Department } from '../../domain/contact-book.ts';
import { accountKey } from '../../domain/organisation.ts';
import type { WecomClient } from './client.ts';
import {
  agentRange,
  departmentIds,
  departmentList,
  idPage,
  left,
  simpleList,
  tagUsers,
  user,
} from './contact-shapes.ts';
import type { Answer } from './http.ts';
import { reactionTo } from './reactions.ts';

/** Which secret was used: it is named in what the operator is told to do. */
export type ContactSecret = 'WECOM_SECRET' | 'WECOM_CONTACT_SECRET';

export type ContactRead<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** `say`: what is wrong and what to do, in Chinese. `code` null = no answer that can be read. */
  | { readonly kind: 'failed'; readonly code: number | null; readonly say: string };

export interface ContactSources {
  readonly agentId: number;
  /** The app's own token: reads names, but only in its visible range (W90196, since June 2022 the only way to names). */
  readonly app: WecomClient;
  /** The contact-sync assistant's token: knows every userid and department of the corp, since August 2022 without names. */
  readonly assistant?: WecomClient | undefined;
  /** Waits so many milliseconds before a call is tried again. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

export interface WecomContacts {
  /** Everything or why not; nothing by halves. */
  book(): Promise<ContactRead<ContactBook>>;
  /** Where accounts are that the book does not have; those that can be seen after all come as people. */
  find(accounts: readonly string[]): Promise<ContactRead<Found>>;
  /** What the holder of a userid is called; null = nobody has it, or we may not know. */
  nameOf(account: string): Promise<ContactRead<string | null>>;
}

export interface Found {
  readonly absences: ReadonlyMap<string, Absence>;
  readonly people: readonly Contact[];
}

/** Too many calls at a time are refused (45033); WeCom names no number. */
const atOnce = 5;
/** System failures only, at most three more times (W90313 on -1). */
const tryAgainAfter = [500, 2000, 8000];

/** The app has no right to what was asked; the assistant may have. */
const noRight = new Set([48001, 48002, 48004, 48005, 60011, 60021, 50002]);
const unknownUser = new Set([60111, 40003, 46004]);
const outOfSight = new Set([60011, 60021, 50002]);

export function wecomContacts(sources: ContactSources): WecomContacts {
  const { agentId, app, assistant, wait = pause } = sources;
  let everyone: Promise<ContactRead<ReadonlySet<string>>> | undefined;

  /** One call, read with `shape`; trouble on their side is tried again. */
  async function ask<T>(
    client: WecomClient,
    secret: ContactSecret,
    shape: z.ZodType<T>,
    path: string,
    { query, body }: { readonly query?: Readonly<Record<string, string>>; readonly body?: string } = {},
  ): Promise<ContactRead<T>> {
    for (let tries = 0; ; tries++) {
      const answer = await client(path, body, query);
      const wrong = failureOf(answer, path, secret);
      if (!wrong && answer.kind === 'answer') {
        const parsed = shape.safeParse(answer.body);
        if (parsed.success) return { kind: 'read', value: parsed.data };
        return { kind: 'failed', code: null, say: `企业微信 ${path} 的回答看不懂，请升级程序` };
      }
      const pauseFor = tryAgainAfter[tries];
      if (pauseFor === undefined || !mayPass(answer)) return wrong!;
      await wait(pauseFor);
    }
  }

  const askApp = <T>(shape: z.ZodType<T>, path: string, query?: Readonly<Record<string, string>>) =>
    ask(app, 'WECOM_SECRET', shape, path, query ? { query } : {});

  async function readByApp(): Promise<ContactRead<ContactBook>> {
    const departments = await askApp(departmentList, 'department/list');
    if (departments.kind === 'failed') return departments;
    const notes: string[] = [];
    const people = new Map<string, Contact>();
    const add = (list: readonly Contact[]) => {
      for (const contact of list) people.set(accountKey('wecom', contact.account), merged(people, contact));
    };
    const lists = await inTurns(departments.value, ({ id }) =>
      askApp(simpleList(id), 'user/simplelist', { department_id: String(id) }),
    );
    for (const [index, list] of lists.entries()) {
      if (list.kind === 'read') add(list.value);
      else if (list.code !== null && outOfSight.has(list.code))
        notes.push(`部门 ${nameOfDepartment(departments.value[index]!)}里的人看不到，已跳过：${list.say}`);
      else return list;
    }
    const single = await readSingles(new Set(people.keys()));
    if (single.kind === 'failed') return single;
    add(single.value);
    return { kind: 'read', value: { departments: departments.value, people: [...people.values()], notes } };
  }

  /** People and tags that stand in the visible range by themselves, without their department. */
  async function readSingles(known: ReadonlySet<string>): Promise<ContactRead<Contact[]>> {
    const range = await askApp(agentRange, 'agent/get', { agentid: String(agentId) });
    if (range.kind === 'failed') return range;
    const tags = await inTurns(range.value.tags, (tag) => askApp(tagUsers, 'tag/get', { tagid: String(tag) }));
    const failed = tags.find((tag) => tag.kind === 'failed' && !(tag.code !== null && noRight.has(tag.code)));
    if (failed?.kind === 'failed') return failed;
    const accounts = new Set([...range.value.users, ...tags.flatMap((tag) => (tag.kind === 'read' ? tag.value : []))]);
    const found = await find([...accounts].filter((account) => !known.has(accountKey('wecom', account))));
    return found.kind === 'failed' ? found : { kind: 'read', value: [...found.value.people] };
  }

  /** Userids and department numbers, no names: what the assistant may still read from a new address. */
  async function readByAssistant(client: WecomClient): Promise<ContactRead<ContactBook>> {
    const secret = 'WECOM_CONTACT_SECRET';
    const named = await ask(client, secret, departmentList, 'department/list');
    const departments =
      named.kind === 'read' ? named : await ask(client, secret, departmentIds, 'department/simplelist');
    if (departments.kind === 'failed') return departments;
    const pairs = await readIds(client);
    if (pairs.kind === 'failed') return pairs;
    const people = new Map<string, Contact>();
    for (const { userid, department } of pairs.value) {
      const contact = { account: userid, name: null, departments: [department] };
      people.set(accountKey('wecom', userid), merged(people, contact));
    }
    const notes = ['应用密钥读不到通讯录，改用通讯录同步助手：只有账号，没有姓名，所以只能按账号核对，不能按姓名匹配'];
    return { kind: 'read', value: { departments: departments.value, people: [...people.values()], notes } };
  }

  async function readIds(client: WecomClient): Promise<ContactRead<z.infer<typeof idPage>['dept_user']>> {
    const all: z.infer<typeof idPage>['dept_user'] = [];
    const seen = new Set<string>();
    for (let cursor = ''; ; ) {
      const body = JSON.stringify({ cursor, limit: 10_000 });
      const page = await ask(client, 'WECOM_CONTACT_SECRET', idPage, 'user/list_id', { body });
      if (page.kind === 'failed') return page;
      all.push(...page.value.dept_user);
      cursor = page.value.next_cursor;
      // A cursor that comes again would go round for ever.
      if (cursor === '' || seen.has(cursor)) return { kind: 'read', value: all };
      seen.add(cursor);
    }
  }

  async function readEveryone(client: WecomClient): Promise<ContactRead<ReadonlySet<string>>> {
    const pairs = await readIds(client);
    if (pairs.kind === 'failed') return pairs;
    return { kind: 'read', value: new Set(pairs.value.map(({ userid }) => accountKey('wecom', userid))) };
  }

  async function find(accounts: readonly string[]): Promise<ContactRead<Found>> {
    const absences = new Map<string, Absence>();
    const people: Contact[] = [];
    const users = await inTurns(accounts, (account) => askApp(user, 'user/get', { userid: account }));
    for (const [index, one] of users.entries()) {
      const key = accountKey('wecom', accounts[index]!);
      if (one.kind === 'read') {
        if (one.value.status === left) absences.set(key, 'gone');
        else people.push(one.value.contact);
      } else if (one.code !== null && unknownUser.has(one.code)) absences.set(key, 'gone');
      else if (one.code !== null && outOfSight.has(one.code)) absences.set(key, await whereElse(key));
      else return one;
    }
    return { kind: 'read', value: { absences, people } };
  }

  /** Out of the app's sight an account may be gone for good; the assistant knows all that there are. */
  async function whereElse(key: string): Promise<Absence> {
    if (!assistant) return 'out-of-range';
    everyone ??= readEveryone(assistant);
    const all = await everyone;
    return all.kind === 'read' && !all.value.has(key) ? 'gone' : 'out-of-range';
  }

  return {
    async book() {
      const byApp = await readByApp();
      if (byApp.kind === 'read' || !assistant || byApp.code === null || !noRight.has(byApp.code)) return byApp;
      return readByAssistant(assistant);
    },
    find,
    async nameOf(account) {
      const found = await askApp(user, 'user/get', { userid: account });
      if (found.kind === 'read') return { kind: 'read', value: found.value.contact.name };
      const isHidden =
        found.code !== null && (unknownUser.has(found.code) || noRight.has(found.code) || found.code === 48009);
      return isHidden ? { kind: 'read', value: null } : found;
    },
  };
}

/** What is wrong with an answer, and what a person can do about it; undefined = nothing. */
function failureOf(
  answer: Answer,
  path: string,
  secret: ContactSecret,
): (ContactRead<never> & { readonly kind: 'failed' }) | undefined {
  if (answer.kind === 'silence')
    return { kind: 'failed', code: null, say: `企业微信没有正常回答（${path}，${answer.detail}），请检查网络后再试` };
  const { code, message } = answer;
  if (code === 0) return undefined;
  const ip = /from ip: ?([0-9a-f.:]+)/i.exec(message)?.[1];
  // Their sentence says "see the error message"; here it is.
  const todo =
    code === 60020 && ip
      ? `服务器地址不受信任，请在企业微信管理后台把 ${ip} 加进${secret === 'WECOM_SECRET' ? '应用的“企业可信IP”' : '“通讯录同步”的可信IP'}，约一分钟后生效`
      : reactionTo(code).say.replaceAll('WECOM_SECRET', secret);
  return { kind: 'failed', code, say: `${todo}（${path}，错误码 ${code}）` };
}

/** Whether the same call may go through a little later: trouble on their side, or too many at a time. */
function mayPass(answer: Answer): boolean {
  if (answer.kind === 'silence') return true;
  const { action } = reactionTo(answer.code);
  return action === 'retry' || action === 'slow-down';
}

/** At most `atOnce` calls under way, answers in the order of the questions. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/** One person in two departments is one person. */
function merged(people: ReadonlyMap<string, Contact>, contact: Contact): Contact {
  const before = people.get(accountKey('wecom', contact.account));
  if (!before) return contact;
  return {
    account: before.account,
    name: before.name ?? contact.name,
    departments: [...new Set([...before.departments, ...contact.departments])],
  };
}

function nameOfDepartment({ id, name }: Department): string {
  return name === null ? String(id) : `${name}（${id}）`;
}
