// Changes of the fake corp's people, departments and tags, and the callbacks that tell of them. What the documents leave open is a switch.

import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { type Corp, type CorpUser, corpDepartment, corpUser, inSight, rangeOf } from './corp.ts';
import { deliver, type Said, seconds } from './deliver.ts';
import { xmlOf } from './speak.ts';
import type { World } from './world.ts';

export const contactRequest = z.discriminatedUnion('do', [
  corpUser.extend({ do: z.literal('join') }),
  z.strictObject({
    do: z.literal('change'),
    userid: z.string(),
    newUserid: z.string().optional(),
    name: z.string().optional(),
    department: z.array(z.int().positive()).optional(),
    status: z.literal([1, 2, 4, 5]).optional(),
  }),
  z.strictObject({ do: z.literal('leave'), userid: z.string() }),
  corpDepartment.extend({ do: z.literal('department') }),
  z.strictObject({ do: z.literal('no-department'), id: z.int() }),
  z.strictObject({
    do: z.literal('tag'),
    id: z.int(),
    add: z.array(z.string()).default([]),
    remove: z.array(z.string()).default([]),
  }),
  z.strictObject({
    do: z.literal('range'),
    users: z.array(z.string()).optional(),
    departments: z.array(z.int()).optional(),
    tags: z.array(z.int()).optional(),
  }),
  z.strictObject({ do: z.literal('import-ended'), job: z.string().default('job-1'), errcode: z.int().default(0) }),
  z.strictObject({
    do: z.literal('alert'),
    event: z.enum(['inactive_alert', 'low_active_alert', 'close_inactive_agent', 'reopen_inactive_agent']),
    /** Seconds from now. */
    in: z.int().default(604_800),
  }),
]);
export type ContactRequest = z.input<typeof contactRequest>;

type Fields = Readonly<Record<string, string>>;
type Change<K> = z.output<typeof contactRequest> & { readonly do: K };

/** Makes the change and tells of it; resolves to what was answered, in the order of the events. */
export async function changeContacts(world: World, wanted: ContactRequest): Promise<Said[]> {
  const request = contactRequest.parse(wanted);
  const before = inSight(world.corp);
  const told = apply(world, request);
  const after = inSight(world.corp);
  if (world.corp.isKnown) world.members = after;
  // A rename is no going and coming: the person stays in sight.
  const renamed = request.do === 'change' && request.newUserid !== undefined;
  const seen = renamed
    ? []
    : [...sightEvents(world, before, after, 'unsubscribe'), ...sightEvents(world, after, before, 'subscribe')];
  const events = world.switches.farewell === 'deleted-first' ? [...told, ...seen] : [...seen, ...told];
  const said: Said[] = [];
  if (!world.callback) return said;
  for (const event of events) said.push(await tell(world, event));
  return said;
}

interface Told {
  readonly from: string;
  readonly fields: Fields;
  /** Nested XML behind the fields. */
  readonly more?: string;
}

async function tell(world: World, { from, fields, more = '' }: Told): Promise<Said> {
  const all = {
    ToUserName: world.credentials.corpId,
    FromUserName: from,
    CreateTime: seconds(world),
    MsgType: 'event',
    ...fields,
    ...(from === 'sys' ? {} : { AgentID: String(world.credentials.agentId) }),
  };
  return deliver(world, xmlOf(all).replace('</xml>', `${more}</xml>`), all);
}

function sightEvents(world: World, one: ReadonlySet<string>, other: ReadonlySet<string>, event: string): Told[] {
  const accounts = [...one].filter((account) => !other.has(account));
  return accounts.map((account) => ({
    from: world.corp.users.get(account)?.userid ?? account,
    fields: { Event: event, EventKey: '' },
  }));
}

function apply(world: World, request: z.output<typeof contactRequest>): Told[] {
  const { corp, switches } = world;
  const contact = (fields: Fields): Told[] =>
    switches.contactEvents === 'none' ? [] : [{ from: 'sys', fields: { Event: 'change_contact', ...fields } }];
  switch (request.do) {
    case 'join': {
      const { do: _, ...user } = request;
      corp.users.set(user.userid.toLowerCase(), user);
      return contact({ ChangeType: 'create_user', ...userFields(world, user) });
    }
    case 'change':
      return contact({ ChangeType: 'update_user', ...changeUser(world, request) });
    case 'leave':
      corp.users.delete(known(corp, request.userid).userid.toLowerCase());
      return contact({ ChangeType: 'delete_user', UserID: request.userid });
    case 'department': {
      const { do: _, ...department } = request;
      const before = corp.departments.get(department.id);
      corp.departments.set(department.id, department);
      const ids = { Id: String(department.id), ParentId: String(department.parentid) };
      // Newer addresses hear of a department only when its parent changes (W90970).
      if (before && switches.contactEvents === 'ids' && before.parentid === department.parentid) return [];
      const fields = switches.contactEvents === 'ids' ? ids : { ...ids, Name: department.name, Order: '100' };
      return contact({ ChangeType: before ? 'update_party' : 'create_party', ...fields });
    }
    case 'no-department':
      corp.departments.delete(request.id);
      return contact({ ChangeType: 'delete_party', Id: String(request.id) });
    case 'tag':
      return contact({ ChangeType: 'update_tag', ...changeTag(corp, request) });
    case 'range': {
      const { do: _, users, departments, tags } = request;
      corp.range = rangeOf({
        ...corp.range,
        ...(users && { users }),
        ...(departments && { departments }),
        ...(tags && { tags }),
      });
      return [];
    }
    case 'import-ended':
      return [
        {
          from: 'sys',
          fields: { Event: 'batch_job_result' },
          more: `<BatchJob><JobId><![CDATA[${request.job}]]></JobId><JobType><![CDATA[sync_user]]></JobType><ErrCode>${request.errcode}</ErrCode><ErrMsg><![CDATA[ok]]></ErrMsg></BatchJob>`,
        },
      ];
    case 'alert': {
      const at = String(Number(seconds(world)) + request.in);
      return [{ from: 'sys', fields: { Event: request.event, EffectTime: at } }];
    }
  }
}

function known(corp: Corp, userid: string): CorpUser {
  const user = corp.users.get(userid.toLowerCase());
  if (!user) throw new Fault('not-found', `没有账号 ${userid}`);
  return user;
}

/** Only what changed is told; newer addresses hear the department at most. */
function changeUser(
  { corp, switches }: World,
  { userid, newUserid, name, department, status }: Change<'change'>,
): Fields {
  const before = known(corp, userid);
  const after = {
    ...before,
    ...(newUserid ? { userid: newUserid } : {}),
    ...(name ? { name } : {}),
    ...(department ? { department } : {}),
    ...(status ? { status } : {}),
  };
  corp.users.delete(userid.toLowerCase());
  corp.users.set(after.userid.toLowerCase(), after);
  return {
    UserID: before.userid,
    ...(newUserid ? { NewUserID: newUserid } : {}),
    ...(department ? { Department: department.join(',') } : {}),
    ...(switches.contactEvents === 'ids'
      ? {}
      : { ...(name ? { Name: name } : {}), ...(status ? { Status: String(status) } : {}) }),
  };
}

function userFields({ switches }: World, { userid, name, department, status, mobile }: CorpUser): Fields {
  const ids = { UserID: userid, Department: department.join(',') };
  if (switches.contactEvents === 'ids') return ids;
  return {
    ...ids,
    Name: name,
    MainDepartment: String(department[0]),
    IsLeaderInDept: department.map(() => '0').join(','),
    Status: String(status),
    ...(mobile ? { Mobile: mobile } : {}),
    Gender: '0',
  };
}

function changeTag(corp: Corp, { id, add, remove }: Change<'tag'>): Fields {
  const tag = corp.tags.get(id) ?? { name: `标签${id}`, users: new Set<string>() };
  corp.tags.set(id, tag);
  for (const user of add) tag.users.add(user.toLowerCase());
  for (const user of remove) tag.users.delete(user.toLowerCase());
  return {
    TagId: String(id),
    ...(add.length ? { AddUserItems: add.join(',') } : {}),
    ...(remove.length ? { DelUserItems: remove.join(',') } : {}),
  };
}
