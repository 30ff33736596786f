// What a sync with WeCom's contacts would change. Pure. A department is no Party branch, a colleague no member, and the roster is never overwritten:
// it binds userids to members who exist, and lists the rest for people to decide.

import type { Absence, Contact, ContactBook, Department } from './contact-book.ts';
import { type LeftWhy, plainName, sameName } from './contact-change.ts';
import { groupBy } from './group-by.ts';
import type { MemberId, Unit, UnitId } from './organisation.ts';
import { accountKey } from './organisation.ts';
import type { ExistingMember } from './roster.ts';

/** Department → unit; null = said to be none. */
export type ContactLinks = ReadonlyMap<number, UnitId | null>;

export interface SyncGround {
  readonly units: readonly Unit[];
  readonly members: readonly (ExistingMember & { readonly leftWhy: LeftWhy })[];
  readonly links: ContactLinks;
}

export interface SyncWishes {
  /** Links said now; they win over kept ones and over equal names. */
  readonly links: ContactLinks;
  /** Marks members whose account is deleted as left. */
  readonly leave: boolean;
}

export interface Named {
  readonly member: MemberId;
  readonly name: string;
  readonly unit: UnitId;
}

/** A person of the contacts who has no member. */
export interface Stranger {
  readonly account: string;
  readonly name: string | null;
  /** The unit of the nearest linked department; null = in none, or in several. */
  readonly unit: UnitId | null;
  readonly why: 'not-on-roster' | 'namesakes' | 'no-unit' | 'several-units' | 'no-name' | 'left-before';
}

/** A member without a usable account. */
export interface Waiting extends Named {
  readonly why: 'no-account' | 'namesakes' | Absence;
}

export interface SyncPlan {
  /** New or changed links. `byName`: the names are equal, nobody said so. */
  readonly links: readonly {
    readonly department: number;
    readonly name: string | null;
    readonly unit: UnitId | null;
    readonly byName: boolean;
  }[];
  readonly bind: readonly (Named & { readonly account: string })[];
  /** Had left by an event of WeCom's and are there again under the same name. */
  readonly returned: readonly Named[];
  readonly leave: readonly Named[];
  /** Members whose account is among the people. */
  readonly settled: number;
  readonly strangers: readonly Stranger[];
  readonly waiting: readonly Waiting[];
  /** Where the contacts say otherwise than the roster; nothing is changed. */
  readonly differing: readonly (Named & { readonly contactName: string | null; readonly contactUnit: UnitId | null })[];
  /** All links after the sync. */
  readonly linked: ContactLinks;
}

/**
 * Binds a userid to a member when the account says so already, or when exactly one member without account and exactly one person without member
 * bear the name inside the unit linked to the person's department (or a unit below it). `absences`: where accounts of the roster are that
 * the book does not have.
 */
export function planSync(
  ground: SyncGround,
  book: ContactBook,
  absences: ReadonlyMap<string, Absence>,
  wishes: SyncWishes,
): SyncPlan {
  const { linked, changed } = linkDepartments(ground, book.departments, wishes.links);
  const places = placesOf(ground.units, book.departments, linked);
  const people = [
    ...new Map(book.people.map((contact) => [accountKey('wecom', contact.account), contact] as const)).entries(),
  ];
  const owners = new Map(
    ground.members.flatMap((member) =>
      member.accounts.wecom === undefined ? [] : [[accountKey('wecom', member.accounts.wecom), member] as const],
    ),
  );
  const found = people.flatMap(([key, contact]) => {
    const member = owners.get(key);
    return member ? [{ member, contact, units: places(contact).units }] : [];
  });
  const free = people.filter(([key]) => !owners.has(key)).map(([, contact]) => ({ contact, ...places(contact) }));
  const without = ground.members.filter(({ accounts, leftAt }) => leftAt === null && accounts.wecom === undefined);
  const { bind, namesakes } = matchByName(without, free);

  const bound = new Set(bind.map(({ member }) => member));
  const taken = new Set(bind.map(({ account }) => account));
  const missing = ground.members.flatMap((member): (Waiting & { readonly leaving: boolean })[] => {
    const { wecom } = member.accounts;
    if (member.leftAt !== null || wecom === undefined) return [];
    const why = absences.get(accountKey('wecom', wecom));
    return why === undefined ? [] : [{ ...named(member), why, leaving: why === 'gone' && wishes.leave }];
  });
  return {
    links: changed,
    bind,
    returned: found.filter(({ member, contact }) => comesBack(member, contact)).map(({ member }) => named(member)),
    leave: missing.filter(({ leaving }) => leaving).map(({ member, name, unit }) => ({ member, name, unit })),
    settled: found.filter(({ member }) => member.leftAt === null).length,
    strangers: [
      ...free
        .filter(({ contact }) => !taken.has(contact.account))
        .map(({ contact, units, nearest }) => ({
          account: contact.account,
          name: contact.name,
          unit: nearest.length === 1 ? nearest[0]! : null,
          why: whyStranger(contact, units, nearest, namesakes.contacts),
        })),
      ...found
        .filter(({ member, contact }) => member.leftAt !== null && !comesBack(member, contact))
        .map(
          ({ contact, member }): Stranger => ({
            account: contact.account,
            name: contact.name,
            unit: member.unit,
            why: 'left-before',
          }),
        ),
    ],
    waiting: [
      ...without
        .filter(({ id }) => !bound.has(id))
        .map(
          (member): Waiting => ({
            ...named(member),
            why: namesakes.members.has(member.id) ? 'namesakes' : 'no-account',
          }),
        ),
      ...missing.filter(({ leaving }) => !leaving).map(({ leaving: _, ...waiting }) => waiting),
    ],
    differing: found.flatMap(({ member, contact, units }) => {
      if (member.leftAt !== null) return [];
      const otherName = contact.name !== null && !sameName(contact.name, member.name);
      const otherUnit = units.size > 0 && !units.has(member.unit);
      if (!otherName && !otherUnit) return [];
      return [
        {
          ...named(member),
          contactName: otherName ? contact.name : null,
          contactUnit: otherUnit ? (places(contact).nearest[0] ?? null) : null,
        },
      ];
    }),
    linked,
  };
}

/** True when there is something to write. */
export function changesAnything(plan: SyncPlan): boolean {
  return plan.links.length + plan.bind.length + plan.returned.length + plan.leave.length > 0;
}

type SyncMember = SyncGround['members'][number];

function comesBack(member: SyncMember, contact: Contact): boolean {
  return (
    member.leftAt !== null && member.leftWhy !== null && contact.name !== null && sameName(contact.name, member.name)
  );
}

function named({ id, name, unit }: ExistingMember): Named {
  return { member: id, name, unit };
}

function whyStranger(
  contact: Contact,
  units: ReadonlySet<UnitId>,
  nearest: readonly UnitId[],
  namesakes: ReadonlySet<string>,
): Stranger['why'] {
  if (units.size === 0) return 'no-unit';
  if (contact.name === null) return 'no-name';
  if (namesakes.has(contact.account)) return 'namesakes';
  return nearest.length > 1 ? 'several-units' : 'not-on-roster';
}

/** What was said now, then what is kept, then a name that one department and one unit share and nobody else bears. */
function linkDepartments(
  { units, links: kept }: SyncGround,
  departments: readonly Department[],
  said: ContactLinks,
): { linked: ContactLinks; changed: SyncPlan['links'] } {
  const unitsByName = groupBy(units, ({ name }) => plainName(name));
  const departmentsByName = groupBy(departments, ({ name }) => plainName(name ?? ''));
  const linked = new Map(kept);
  const changed: SyncPlan['links'][number][] = [];
  const names = new Map(departments.map(({ id, name }) => [id, name]));
  for (const [department, unit] of said) {
    if (kept.get(department) !== unit)
      changed.push({ department, name: names.get(department) ?? null, unit, byName: false });
    linked.set(department, unit);
  }
  for (const { id, name } of departments) {
    if (linked.has(id) || name === null) continue;
    const same = unitsByName.get(plainName(name)) ?? [];
    if (same.length !== 1 || departmentsByName.get(plainName(name))!.length !== 1) continue;
    linked.set(id, same[0]!.id);
    changed.push({ department: id, name, unit: same[0]!.id, byName: true });
  }
  return { linked, changed };
}

interface Place {
  /** Units of the nearest linked department at or above each of the person's departments. */
  readonly nearest: readonly UnitId[];
  /** Those and all units below them. */
  readonly units: ReadonlySet<UnitId>;
}

function placesOf(
  units: readonly Unit[],
  departments: readonly Department[],
  linked: ContactLinks,
): (contact: Contact) => Place {
  const parents = new Map(departments.map(({ id, parent }) => [id, parent]));
  const children = groupBy(units, ({ parent }) => parent ?? '');
  const below = (top: UnitId, seen = new Set<UnitId>()): ReadonlySet<UnitId> => {
    if (seen.has(top)) return seen;
    seen.add(top);
    for (const { id } of children.get(top) ?? []) below(id, seen);
    return seen;
  };
  const nearestOf = (department: number): UnitId | undefined => {
    const seen = new Set<number>();
    for (let here: number | undefined = department; here !== undefined && !seen.has(here); here = parents.get(here)) {
      seen.add(here);
      const unit = linked.get(here);
      // Said to be none: whatever stands above does not hold here.
      if (unit === null) return undefined;
      if (unit !== undefined) return unit;
    }
    return undefined;
  };
  return (contact) => {
    const nearest = [...new Set(contact.departments.flatMap((department) => nearestOf(department) ?? []))];
    return { nearest, units: new Set(nearest.flatMap((unit) => [...below(unit)])) };
  };
}

function matchByName(
  members: readonly SyncMember[],
  contacts: readonly ({ readonly contact: Contact } & Place)[],
): {
  bind: SyncPlan['bind'];
  namesakes: { readonly members: ReadonlySet<MemberId>; readonly contacts: ReadonlySet<string> };
} {
  const byName = groupBy(members, ({ name }) => plainName(name));
  const pairs = contacts.flatMap(({ contact, units }) =>
    contact.name === null
      ? []
      : (byName.get(plainName(contact.name)) ?? [])
          .filter(({ unit }) => units.has(unit))
          .map((member) => ({ member, account: contact.account })),
  );
  const ofMember = groupBy(pairs, ({ member }) => member.id);
  const ofContact = groupBy(pairs, ({ account }) => account);
  const isSure = ({ member, account }: (typeof pairs)[number]) =>
    ofMember.get(member.id)!.length === 1 && ofContact.get(account)!.length === 1;
  const unsure = pairs.filter((pair) => !isSure(pair));
  return {
    bind: pairs.filter(isSure).map(({ member, account }) => ({ ...named(member), account })),
    namesakes: {
      members: new Set(unsure.map(({ member }) => member.id)),
      contacts: new Set(unsure.map(({ account }) => account)),
    },
  };
}
