// Decides which row of a roster is which member. A person who cannot be told from another is a problem, never a guess.

import type { ExistingMember, PlacedMember } from './roster.ts';
import { accountsOf } from './roster.ts';

export interface Matches {
  /** Row → the member it speaks of; rows of new members are missing. */
  readonly matched: ReadonlyMap<number, ExistingMember>;
  readonly notes: readonly string[];
}

/**
 * From the surest to the weakest sign, each for all rows before the next: id · account · name, branch and joining date · name and branch where
 * one side has no joining date. No member is taken by two rows.
 */
export function matchMembers(
  existing: readonly ExistingMember[],
  rows: readonly PlacedMember[],
  complain: (row: number, message: string) => void,
): Matches {
  const matched = new Map<number, ExistingMember>();
  const claimedBy = new Map<string, number>();
  const failed = new Set<number>();
  const notes: string[] = [];
  const claim = (row: PlacedMember, member: ExistingMember) => {
    const other = claimedBy.get(member.id);
    if (other !== undefined) complain(row.row, `和第${other}行指的是同一个人（${member.name}），请只留一行`);
    else {
      claimedBy.set(member.id, row.row);
      matched.set(row.row, member);
    }
  };

  const byId = new Map(existing.map((member) => [member.id, member]));
  const byFoldedId = new Map(existing.map((member) => [member.id.toLowerCase(), member]));
  const byAccount = new Map(
    existing.flatMap((member) => accountsOf(member.accounts).map((pair) => [accountKey(pair), member] as const)),
  );
  const open: PlacedMember[] = [];
  for (const row of rows) {
    const accounts = accountsOf(row.accounts ?? {});
    const owner = accounts.map((pair) => byAccount.get(accountKey(pair))).find((member) => member !== undefined);
    const namesake = row.id === null ? byFoldedId.get(row.accounts?.wecom?.toLowerCase() ?? '') : byId.get(row.id);
    // A .yaml names its people by id: under another id and another name, an account that is known is a mistake, not a new name.
    const member =
      row.id === null
        ? (owner ?? (fits(row, namesake) ? namesake : undefined))
        : (namesake ?? (owner?.name === row.name ? owner : undefined));
    if (member) claim(row, member);
    else if (row.id === null) open.push(row);
    if (member && row.id !== null && member.id !== row.id)
      notes.push(`第${row.row}行 ${row.name}：账号已属于 ${member.id}，编号沿用 ${member.id}`);
  }

  const byName = new Map<string, ExistingMember[]>();
  for (const member of existing) {
    const namesakes = byName.get(personKey(member));
    if (namesakes) namesakes.push(member);
    else byName.set(personKey(member), [member]);
  }
  const candidates = (row: PlacedMember, same: (member: ExistingMember) => boolean) => {
    const all = (byName.get(personKey(row)) ?? []).filter(
      (member) => !claimedBy.has(member.id) && fits(row, member) && same(member),
    );
    const present = all.filter(({ leftAt }) => leftAt === null);
    return present.length > 0 ? present : all;
  };
  const take = (row: PlacedMember, found: readonly ExistingMember[]) => {
    const [member] = found;
    if (member && found.length === 1) claim(row, member);
    else if (found.length > 1) {
      failed.add(row.row);
      complain(row.row, `支部里有${found.length}位${row.name}，分不清是哪一位，请填上账号`);
    }
  };

  // Rows without an account can be matched in no other way, so they come first.
  for (const row of [...open].sort((one, other) => Number(hasAccount(one)) - Number(hasAccount(other))))
    take(
      row,
      candidates(row, ({ joinedOn }) => joinedOn === (row.joinedOn ?? null)),
    );
  for (const row of open.filter((one) => !matched.has(one.row) && !failed.has(one.row))) {
    const found = candidates(
      row,
      ({ joinedOn, leftAt }) => leftAt === null && (joinedOn === null || row.joinedOn === undefined),
    );
    take(row, found);
    if (matched.has(row.row)) notes.push(`第${row.row}行 ${row.name}：按同支部同姓名，认作已有的党员`);
    else if (byName.get(personKey(row))?.some(({ leftAt }) => leftAt === null))
      notes.push(`第${row.row}行 ${row.name}：支部里已有同名的党员，入党时间或账号不同，按另一人新增`);
  }
  return { matched, notes };
}

/** False when both have a WeCom account: had they the same one, it would have told. */
function fits(row: PlacedMember, member: ExistingMember | undefined): boolean {
  return member !== undefined && !(hasAccount(row) && member.accounts.wecom !== undefined);
}

function hasAccount(row: PlacedMember): boolean {
  return row.accounts?.wecom !== undefined;
}

function personKey({ name, unit }: { readonly name: string; readonly unit: string }): string {
  return JSON.stringify([name, unit]);
}

/** WeCom's accounts ignore case (its contacts API, field userid). */
function accountKey([channel, account]: readonly [string, string]): string {
  return `${channel} ${account.toLowerCase()}`;
}
