// What importing an organisation file would change: whom it creates, whom it updates, and why it must not be imported. Pure; a missing row
// never removes anybody.

import { createHash } from 'node:crypto';
import { findUnit } from './find-unit.ts';
import type { UnitPlan } from './import-units.ts';
import { planUnits } from './import-units.ts';
import { matchMembers } from './match-members.ts';
import type { MemberId, Role, Unit, UnitId } from './organisation.ts';
import type { Accounts, ExistingMember, PlacedMember, PlannedMember, RosterImport, RosterProblem } from './roster.ts';
import { accountsOf, problemAt, rosterRoles } from './roster.ts';

/** Only the fields that differ, each with its new value; `returned`: had left and is here again. */
export type MemberChanges = Partial<Omit<PlannedMember, 'id'>> & { readonly returned?: true };

export interface ImportPlan {
  /** Units to create stand in an order in which each parent comes before its children. */
  readonly units: UnitPlan;
  readonly members: {
    readonly create: readonly PlannedMember[];
    /** `name` is the one before the change. */
    readonly update: readonly { readonly id: MemberId; readonly name: string; readonly changes: MemberChanges }[];
    readonly unchanged: number;
  };
  /** For the operator, in Chinese: what was decided and might surprise. */
  readonly notes: readonly string[];
}

export type ImportOutcome =
  | { readonly kind: 'planned'; readonly plan: ImportPlan }
  | { readonly kind: 'refused'; readonly problems: readonly RosterProblem[] };

/**
 * Compares the file with what is there. Members are matched by id, else by account, else by name, branch and joining date; what the file does not
 * say stays. `unit` (the `--unit` of an import) narrows where the branches of a sheet are looked for. Any problem refuses the whole file.
 */
export function planImport(
  existing: { readonly units: readonly Unit[]; readonly members: readonly ExistingMember[] },
  roster: RosterImport,
  options: { readonly unit?: UnitId | undefined } = {},
): ImportOutcome {
  const problems: RosterProblem[] = [];
  const complain = (row: number, message: string) => problems.push(problemAt(roster.source, row, message));
  const { plan: units, after } = planUnits(existing.units, roster.units, complain);
  const find = findUnit(after, roster.source === 'xlsx' ? options.unit : undefined);
  if (typeof find === 'string') return { kind: 'refused', problems: [{ message: find }] };
  const placed = roster.members.flatMap((member) => {
    const found = find(member.unit);
    if (typeof found !== 'string') return [{ ...member, unit: found.id }];
    complain(member.row, found);
    return [];
  });
  if (problems.length > 0) return refused(problems);

  const { matched, notes } = matchMembers(existing.members, placed, complain);
  if (problems.length > 0) return refused(problems);
  const taken = new Set(existing.members.map(({ id }) => id));
  const create: PlannedMember[] = [];
  const update: { id: MemberId; name: string; changes: MemberChanges }[] = [];
  const final = new Map(existing.members.map((member) => [member.id, { accounts: member.accounts, row: 0 }]));
  for (const member of placed) {
    const before = matched.get(member.row);
    const id = before?.id ?? newId(member, taken);
    taken.add(id);
    final.set(id, { accounts: { ...before?.accounts, ...member.accounts }, row: member.row });
    if (!before) create.push(newMember(id, member));
    else {
      const changes = changesOf(before, member, roster.source);
      if (Object.keys(changes).length > 0) update.push({ id, name: before.name, changes });
    }
  }
  checkAccounts(final, complain);
  if (problems.length > 0) return refused(problems);
  const unchanged = placed.length - create.length - update.length;
  return { kind: 'planned', plan: { units, members: { create, update, unchanged }, notes } };
}

/** The id of the file; else the account, which a secretary can read; else one that the same row gets again in every import. */
function newId(member: PlacedMember, taken: ReadonlySet<MemberId>): MemberId {
  const key = JSON.stringify([member.name, member.unit, member.joinedOn ?? null]);
  const wish =
    member.id ?? member.accounts?.wecom ?? `m-${createHash('sha256').update(key).digest('hex').slice(0, 10)}`;
  for (let count = 1; ; count++) {
    const id = count === 1 ? wish : `${wish}-${count}`;
    if (!taken.has(id)) return id;
  }
}

function newMember(id: MemberId, member: PlacedMember): PlannedMember {
  return {
    id,
    name: member.name,
    unit: member.unit,
    partyGroup: member.partyGroup ?? null,
    roles: member.roles ?? [],
    tags: member.tags ?? [],
    status: member.status ?? 'full',
    joinedOn: member.joinedOn ?? null,
    accounts: member.accounts ?? {},
  };
}

function changesOf(before: ExistingMember, member: PlacedMember, source: RosterImport['source']): MemberChanges {
  const roles = member.roles && (source === 'xlsx' ? keepOtherRoles(before.roles, member.roles) : member.roles);
  const accounts = changedAccounts(before.accounts, member.accounts ?? {});
  return {
    ...(member.name === before.name ? {} : { name: member.name }),
    ...(member.unit === before.unit ? {} : { unit: member.unit }),
    ...(member.partyGroup === undefined || member.partyGroup === before.partyGroup
      ? {}
      : { partyGroup: member.partyGroup }),
    ...(roles === undefined || sameSet(roles, before.roles) ? {} : { roles }),
    ...(member.tags === undefined || sameSet(member.tags, before.tags) ? {} : { tags: member.tags }),
    ...(member.status === undefined || member.status === before.status ? {} : { status: member.status }),
    ...(member.joinedOn === undefined || member.joinedOn === before.joinedOn ? {} : { joinedOn: member.joinedOn }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(before.leftAt === null ? {} : { returned: true }),
  };
}

/** A sheet knows only some roles; an auditor who stands in it as a plain member stays an auditor. */
function keepOtherRoles(before: readonly Role[], said: readonly Role[]): Role[] {
  return [...said, ...before.filter((role) => !rosterRoles.includes(role))];
}

/** All accounts after the change; undefined when nothing changes. Case alone is no change. */
function changedAccounts(before: Accounts, said: Accounts): Accounts | undefined {
  const differs = accountsOf(said).some(
    ([channel, account]) => before[channel]?.toLowerCase() !== account.toLowerCase(),
  );
  return differs ? { ...before, ...said } : undefined;
}

function checkAccounts(
  final: ReadonlyMap<MemberId, { readonly accounts: Accounts; readonly row: number }>,
  complain: (row: number, message: string) => void,
): void {
  const owners = new Map<string, MemberId>();
  // Those whom the file does not name come first, so that the problem names a row.
  for (const [id, { accounts, row }] of [...final].sort(([, one], [, other]) => one.row - other.row))
    for (const [channel, account] of accountsOf(accounts)) {
      const key = `${channel} ${account.toLowerCase()}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, id);
      else if (row > 0) complain(row, `${channel} 账号 ${account} 已经属于 ${owner}，请改正`);
    }
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(one);
  return set.size === new Set(other).size && other.every((item) => set.has(item));
}

function refused(problems: readonly RosterProblem[]): ImportOutcome {
  return {
    kind: 'refused',
    problems: [...problems].sort((one, other) => (one.row ?? one.line ?? 0) - (other.row ?? other.line ?? 0)),
  };
}
