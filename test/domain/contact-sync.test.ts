import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contact, ContactBook } from '../../src/domain/contact-book.ts';
import { changesAnything, planSync, type SyncGround, type SyncPlan } from '../../src/domain/contact-sync.ts';
import type { Unit } from '../../src/domain/organisation.ts';

const unit = (id: string, name: string, parent: string | null, kind: Unit['kind'] = 'branch'): Unit => ({
  id,
  name,
  kind,
  parent,
  sector: null,
  settings: {},
  groups: {},
});
const units = [
  unit('d', '机关党工委', null, 'district'),
  unit('b1', '第一党支部', 'd'),
  unit('b2', '第二党支部', 'd'),
  unit('g1', '一组', 'b1', 'group'),
];

type SyncMember = SyncGround['members'][number];
const member = (id: string, name: string, of = 'b1', more: Partial<SyncMember> = {}): SyncMember => ({
  id,
  name,
  unit: of,
  partyGroup: null,
  roles: [],
  tags: [],
  status: 'full',
  joinedOn: null,
  accounts: {},
  leftAt: null,
  leftWhy: null,
  ...more,
});
const contact = (account: string, name: string | null, ...departments: number[]): Contact => ({
  account,
  name,
  departments,
});

const departments = [
  { id: 1, name: '全公司', parent: 0 },
  { id: 2, name: '第一党支部', parent: 1 },
  { id: 3, name: '技术部', parent: 1 },
  { id: 4, name: '技术一组', parent: 3 },
];
const book = (...people: Contact[]): ContactBook => ({ departments, people, notes: [] });
const ground = (members: readonly SyncMember[], links: SyncGround['links'] = new Map()): SyncGround => ({
  units,
  members,
  links,
});
const plan = (
  members: readonly SyncMember[],
  contacts: ContactBook,
  wishes: Partial<Parameters<typeof planSync>[3]> = {},
) => planSync(ground(members), contacts, new Map(), { links: new Map(), leave: false, ...wishes });

describe('departments', () => {
  test('only an equal name makes a department a unit, and only when both bear it alone', () => {
    expect(plan([], book()).links).toEqual([{ department: 2, name: '第一党支部', unit: 'b1', byName: true }]);
    const two = { ...book(), departments: [...departments, { id: 9, name: '第一党支部', parent: 3 }] };
    expect(plan([], two).links).toEqual([]);
  });

  test('what was said wins over the name, for good', () => {
    const said = plan([], book(), { links: new Map([[2, null]]) });
    expect(said.links).toEqual([{ department: 2, name: '第一党支部', unit: null, byName: false }]);
    expect(planSync(ground([], said.linked), book(), new Map(), { links: new Map(), leave: false }).links).toEqual([]);
  });

  test('a department below a linked one belongs to it; said to be none, it does not', () => {
    const links = new Map([[3, 'b2']]);
    const people = book(contact('a', '王芳', 4));
    expect(plan([member('m', '王芳', 'b2')], people, { links }).bind).toMatchObject([{ member: 'm', account: 'a' }]);
    const none = new Map<number, string | null>([...links, [4, null]]);
    expect(plan([member('m', '王芳', 'b2')], people, { links: none })).toMatchObject({
      bind: [],
      strangers: [{ account: 'a', why: 'no-unit' }],
    });
  });
});

describe('people', () => {
  test('a name is looked for in the linked unit and those below it, nowhere else', () => {
    const people = book(contact('a', '王芳', 2));
    expect(plan([member('m', '王芳', 'g1')], people).bind).toHaveLength(1);
    expect(plan([member('m', '王芳', 'b2')], people).bind).toEqual([]);
  });

  test('namesakes on either side are left to people', () => {
    expect(plan([member('m', '王芳'), member('n', '王芳', 'g1')], book(contact('a', '王芳', 2)))).toMatchObject({
      bind: [],
      waiting: [{ why: 'namesakes' }, { why: 'namesakes' }],
      strangers: [{ why: 'namesakes' }],
    });
    expect(plan([member('m', '王芳')], book(contact('a', '王芳', 2), contact('b', '王 芳', 2)))).toMatchObject({
      bind: [],
      waiting: [{ member: 'm', why: 'namesakes' }],
      strangers: [{ why: 'namesakes' }, { why: 'namesakes' }],
    });
  });

  test('a namesake who has an account already is out of the question', () => {
    const members = [member('m', '王芳'), member('n', '王芳', 'b1', { accounts: { wecom: 'A' } })];
    expect(plan(members, book(contact('a', '王芳', 2), contact('b', '王芳', 2))).bind).toMatchObject([
      { member: 'm', account: 'b' },
    ]);
  });

  test('without names there is no matching by name', () => {
    expect(plan([member('m', '王芳')], book(contact('a', null, 2)))).toMatchObject({
      bind: [],
      strangers: [{ account: 'a', why: 'no-name' }],
    });
  });

  test('one who was marked as gone here does not come back by the contacts', () => {
    const left = (leftWhy: 'deleted' | null) => [
      member('m', '王芳', 'b1', { accounts: { wecom: 'a' }, leftAt: 1, leftWhy }),
    ];
    expect(plan(left('deleted'), book(contact('a', '王芳', 2))).returned).toHaveLength(1);
    expect(plan(left('deleted'), book(contact('a', '李四', 2)))).toMatchObject({
      returned: [],
      strangers: [{ why: 'left-before' }],
    });
    expect(plan(left(null), book(contact('a', '王芳', 2))).returned).toEqual([]);
  });

  test('a deleted account is a leaving only when asked for', () => {
    const members = [member('m', '王芳', 'b1', { accounts: { wecom: 'A' } })];
    const absent = new Map([['a', 'gone' as const]]);
    const asked = (leave: boolean) => planSync(ground(members), book(), absent, { links: new Map([[2, null]]), leave });
    expect(asked(false)).toMatchObject({ leave: [], waiting: [{ member: 'm', why: 'gone' }] });
    expect(asked(true)).toMatchObject({ leave: [{ member: 'm' }], waiting: [] });
  });
});

describe('whatever there is', () => {
  const name = fc.constantFrom('王芳', '赵磊', '李洁', '张伟', '张 伟');
  const accountName = fc.constantFrom('a', 'B', 'c', 'D', 'e', 'F');
  const members = fc
    .array(
      fc.record({
        name,
        unit: fc.constantFrom('b1', 'b2', 'g1', 'd'),
        account: fc.option(accountName, { nil: undefined }),
      }),
      {
        maxLength: 6,
      },
    )
    .map((list) => {
      const taken = new Set<string>();
      return list.map(({ name: called, unit: of, account }, index) => {
        const free = account !== undefined && !taken.has(account.toLowerCase());
        if (free) taken.add(account.toLowerCase());
        return member(`m${index}`, called, of, free ? { accounts: { wecom: account } } : {});
      });
    });
  const people = fc.uniqueArray(
    fc.record({
      account: accountName,
      name: fc.option(name),
      departments: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4), { minLength: 1 }),
    }),
    { selector: (one) => one.account.toLowerCase(), maxLength: 6 },
  );
  const links = fc.uniqueArray(fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.constantFrom('d', 'b1', 'b2', null)), {
    selector: ([department]) => department,
  });

  const applied = (before: readonly SyncMember[], { bind }: SyncPlan): SyncMember[] =>
    before.map((one) => {
      const found = bind.find(({ member: id }) => id === one.id);
      return found ? { ...one, accounts: { wecom: found.account } } : one;
    });

  test('no account and no member is bound twice, nobody who has an account is bound, and names agree', () => {
    fc.assert(
      fc.property(members, people, links, (roster, found, said) => {
        const { bind } = plan(roster, book(...found), { links: new Map(said) });
        expect(new Set(bind.map(({ account }) => account.toLowerCase())).size).toBe(bind.length);
        expect(new Set(bind.map(({ member: id }) => id)).size).toBe(bind.length);
        for (const { member: id, account } of bind) {
          const one = roster.find((some) => some.id === id)!;
          expect(one.accounts.wecom).toBeUndefined();
          expect(found.find((some) => some.account === account)!.name!.replace(' ', '')).toBe(
            one.name.replace(' ', ''),
          );
        }
      }),
    );
  });

  test('a second run finds nothing to change', () => {
    fc.assert(
      fc.property(members, people, links, (roster, found, said) => {
        const contacts = book(...found);
        const first = plan(roster, contacts, { links: new Map(said) });
        const second = planSync(ground(applied(roster, first), first.linked), contacts, new Map(), {
          links: new Map(),
          leave: false,
        });
        expect(changesAnything(second)).toBe(false);
      }),
    );
  });

  test('everybody of the contacts is either a member’s or a stranger', () => {
    fc.assert(
      fc.property(members, people, links, (roster, found, said) => {
        const { bind, settled, strangers } = plan(roster, book(...found), { links: new Map(said) });
        expect(bind.length + settled + strangers.length).toBe(found.length);
      }),
    );
  });
});
