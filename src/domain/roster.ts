// What an organisation file said, and the members it is compared with. Holds no data itself.

import type {
  ChannelName,
  Member,
  MemberId,
  MemberStatus,
  Role,
  Tag,
  Unit,
  UnitId,
  UnitKind,
  UnitSettings,
} from './organisation.ts';
import type { Day } from './time.ts';

/** Accounts by door. */
export type Accounts = Readonly<Partial<Record<ChannelName, string>>>;

/** A unit as the file names it. What is absent stays as it is in an update. */
export interface RosterUnit {
  /** Where it stands in the file. */
  readonly row: number;
  readonly id: UnitId;
  readonly name: string;
  readonly kind: UnitKind;
  readonly parent?: UnitId;
  readonly sector?: string;
  readonly settings: UnitSettings;
  readonly groups?: Unit['groups'];
}

/** A member as the file names it. What is absent was not said and stays as it is in an update. */
export interface RosterMember {
  /** Where it stands in the file: the row of a sheet, the line of a .yaml. */
  readonly row: number;
  /** Only a .yaml gives ids; a sheet is matched by account, or by name, branch and joining date. */
  readonly id: MemberId | null;
  readonly name: string;
  /** A branch by its id, or as a secretary writes it. */
  readonly unit: { readonly id: UnitId } | { readonly name: string };
  readonly accounts?: Accounts;
  /** null = in no group. */
  readonly partyGroup?: string | null;
  readonly roles?: readonly Role[];
  readonly tags?: readonly Tag[];
  readonly status?: MemberStatus;
  readonly joinedOn?: Day;
}

/** A row whose branch is known. */
export interface PlacedMember extends Omit<RosterMember, 'unit'> {
  readonly unit: UnitId;
}

/** A member as an import writes it; everything else (reminders, notices) is not its business. */
export interface PlannedMember
  extends Pick<Member, 'id' | 'name' | 'unit' | 'partyGroup' | 'roles' | 'tags' | 'status' | 'joinedOn'> {
  readonly accounts: Accounts;
}

/** A member as the plan needs it, also one who left. */
export interface ExistingMember extends PlannedMember, Pick<Member, 'leftAt'> {}

/** A whole organisation file: rows of a sheet (`xlsx`) or a full organisation (`yaml`). */
export interface RosterImport {
  readonly source: 'xlsx' | 'yaml';
  readonly units: readonly RosterUnit[];
  readonly members: readonly RosterMember[];
}

/** One thing wrong: in which row of the sheet or line of the .yaml, under which heading, and what to do. */
export interface RosterProblem {
  readonly row?: number;
  readonly line?: number;
  readonly column?: string;
  readonly message: string;
}

/** The roles a sheet can give and take. Those of the machinery (broadcaster, auditor, operator …) are never touched by it. */
export const rosterRoles: readonly Role[] = [
  'secretary',
  'deputy',
  'commissioner-organisation',
  'commissioner-publicity',
  'commissioner-discipline',
  'group-leader',
];

/** The accounts one by one. */
export function accountsOf(accounts: Accounts): [ChannelName, string][] {
  return Object.entries(accounts).filter(([, account]) => account !== undefined) as [ChannelName, string][];
}

/** A problem at a place of this roster. */
export function problemAt(source: RosterImport['source'], row: number, message: string): RosterProblem {
  return source === 'xlsx' ? { row, message } : { line: row, message };
}

/** A problem as one line for people: `第5行“入党时间”：……`. */
export function sayRosterProblem(problem: RosterProblem): string {
  const place = problem.row ?? problem.line;
  const where = `${place === undefined ? '' : `第${place}行`}${problem.column === undefined ? '' : `“${problem.column}”`}`;
  return where === '' ? problem.message : `${where}：${problem.message}`;
}
