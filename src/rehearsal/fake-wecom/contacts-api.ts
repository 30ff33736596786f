// `user/…`, `department/…`, `tag/get`, `agent/get`: what an app may read of the contacts, and what is left to the contact-sync assistant.

import { done, type FakeAnswer, refusal } from './answers.ts';
import type { Call } from './business-api.ts';
import { assistantAgent, type CorpDepartment, type CorpUser, sees, seesUser } from './corp.ts';
import { agentOf } from './token-api.ts';
import type { World } from './world.ts';

type OfApp = (world: World, agentId: number, call: Call) => FakeAnswer;

/** Calls by GET. */
export const contactReads: Readonly<Record<string, OfApp>> = {
  'agent/get': ({ corp }, agentId, { query }) => {
    const answer = agentOf(agentId, query.agentid);
    if (!corp.isKnown || answer.errcode !== 0) return answer;
    const { users, departments, tags } = corp.range;
    return {
      ...answer,
      allow_userinfos: { user: users.map((userid) => ({ userid })) },
      allow_partys: { partyid: departments },
      allow_tags: { tagid: tags },
    };
  },
  'user/get': named((world, agentId, { query }) => {
    const user = world.corp.users.get((query.userid ?? '').toLowerCase());
    if (!query.userid) return refusal(40003, 'invalid userid');
    if (!user) return refusal(60111, 'userid not found');
    if (isBlind(world, agentId, user)) return refusal(world.switches.outOfSight, 'no privilege to access the user');
    return done(fullUser(world, user));
  }),
  'user/simplelist': named((world, agentId, call) =>
    usersIn(world, agentId, call, ({ userid, name, department }) => ({ userid, name, department })),
  ),
  'user/list': named((world, agentId, call) => usersIn(world, agentId, call, (user) => fullUser(world, user))),
  'department/list': named((world, agentId, call) =>
    departmentsBelow(world, agentId, call, (list) => ({
      department: list.map(({ id, name, parentid }) => ({
        id,
        name,
        name_en: '',
        parentid,
        order: 100,
        department_leader: [],
      })),
    })),
  ),
  'department/simplelist': (world, agentId, call) =>
    departmentsBelow(world, agentId, call, (list) => ({
      department_id: list.map(({ id, parentid }) => ({ id, parentid, order: 100 })),
    })),
  'department/get': named((world, agentId, { query }) => {
    const department = world.corp.departments.get(Number(query.id));
    if (!department) return refusal(60003, 'department not found');
    if (agentId !== assistantAgent && !sees(world.corp, department.id))
      return refusal(60011, 'no privilege to access the department');
    return done({ department });
  }),
  'tag/list': ({ corp }) => done({ taglist: [...corp.tags].map(([tagid, { name: tagname }]) => ({ tagid, tagname })) }),
  'tag/get': (world, agentId, { query }) => {
    const tag = world.corp.tags.get(Number(query.tagid));
    if (!tag) return refusal(40068, 'invalid tagid');
    const users = [...tag.users].flatMap((account) => world.corp.users.get(account) ?? []);
    return done({
      tagname: tag.name,
      // Only members in the app's sight are listed (W90213).
      userlist: users.filter((user) => !isBlind(world, agentId, user)).map(({ userid, name }) => ({ userid, name })),
      partylist: [],
    });
  },
};

/** Calls by POST. */
export const contactWrites: Readonly<Record<string, OfApp>> = {
  'user/list_id': (world, agentId, { body }) => {
    if (agentId !== assistantAgent) return refusal(48002, 'api forbidden');
    const limit = Number(body.limit ?? 10_000);
    if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) return refusal(40035, 'invalid limit');
    const all = [...world.corp.users.values()].flatMap(({ userid, department }) =>
      department.map((id) => ({ userid, department: id })),
    );
    const from = Number(body.cursor || 0);
    const page = all.slice(from, from + limit);
    return done({ dept_user: page, next_cursor: from + limit < all.length ? String(from + limit) : '' });
  },
};

/** A call that shows names: since August 2022 not for the assistant from a new address (48009). */
function named(work: OfApp): OfApp {
  return (world, agentId, call) =>
    agentId === assistantAgent && world.switches.assistant === 'ids'
      ? refusal(48009, 'contact sync is not allowed to read details')
      : work(world, agentId, call);
}

function isBlind({ corp }: World, agentId: number, { userid }: CorpUser): boolean {
  return agentId !== assistantAgent && !seesUser(corp, userid);
}

function usersIn(world: World, agentId: number, { query }: Call, show: (user: CorpUser) => object): FakeAnswer {
  const department = Number(query.department_id);
  if (!world.corp.departments.has(department)) return refusal(60003, 'department not found');
  if (agentId !== assistantAgent && !sees(world.corp, department))
    return refusal(60011, 'no privilege to access the department');
  const users = [...world.corp.users.values()].filter(
    (user) => user.department.includes(department) && !isBlind(world, agentId, user),
  );
  return done({ userlist: users.map(show) });
}

function departmentsBelow(
  { corp }: World,
  agentId: number,
  { query }: Call,
  show: (list: CorpDepartment[]) => object,
): FakeAnswer {
  const top = query.id === undefined ? undefined : Number(query.id);
  if (top !== undefined && !corp.departments.has(top)) return refusal(60123, 'invalid department id');
  const isBelow = (id: number): boolean => {
    if (top === undefined || id === top) return true;
    const parent = corp.departments.get(id)?.parentid;
    return parent !== undefined && parent !== 0 && isBelow(parent);
  };
  const list = [...corp.departments.values()].filter(
    ({ id }) => isBelow(id) && (agentId === assistantAgent || sees(corp, id)),
  );
  return done({ ...show(list) });
}

/** Apps made since June 2022 are told nothing private; a gender is always "0" for them. */
function fullUser({ switches }: World, { userid, name, department, status, mobile = '' }: CorpUser) {
  return {
    userid,
    name,
    department,
    order: department.map(() => 0),
    main_department: department[0],
    position: '',
    is_leader_in_dept: department.map(() => 0),
    direct_leader: [],
    alias: '',
    telephone: '',
    thumb_avatar: '',
    status,
    extattr: { attrs: [] },
    gender: switches.privateFields ? '1' : '0',
    ...(switches.privateFields
      ? {
          mobile,
          email: `${userid}@example.com`,
          biz_mail: '',
          avatar: 'https://p.example/1',
          qr_code: '',
          address: '',
        }
      : {}),
  };
}
