// Reads an organisation written as .yaml and checks what one entry says about another. What depends on the database is left to `planImport`.

import type { OrganisationFile } from '../../domain/organisation.ts';
import { organisationFile, unitSettings } from '../../domain/organisation.ts';
import type { RosterMember, RosterProblem, RosterUnit } from '../../domain/roster.ts';
import type { Day } from '../../domain/time.ts';
import type { Locate } from '../yaml-file.ts';
import { parseYamlAll } from '../yaml-file.ts';
import { readName } from './cell-text.ts';
import { readJoiningDate } from './joining-date.ts';
import type { OrganisationRead } from './read-organisation.ts';
import type { RosterOptions } from './read-roster.ts';

/** The organisation in `text`; `file` only gives the name. Problems carry the line. */
export function readOrganisationYaml(file: string, text: string, options: RosterOptions): OrganisationRead {
  const read = parseYamlAll(file, text, organisationFile);
  if ('problems' in read)
    return { kind: 'refused', problems: read.problems.map(({ line, message }) => ({ line, message })) };
  const [document, second] = read.values;
  if (second)
    return {
      kind: 'refused',
      problems: [{ line: second.at([]).line, message: '一个文件只能写一个组织，请去掉分隔线 ---' }],
    };
  if (!document || document.value.units.length + document.value.members.length === 0)
    return { kind: 'refused', problems: [{ message: '文件里没有单位（units）也没有人员（members）' }] };
  const { value, at } = document;
  const problems = [...checkRepeats(value, at), ...checkPeople(value, at, options.today)].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0),
  );
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'read',
    organisation: {
      source: 'yaml',
      units: value.units.map((unit, index) => readUnit(unit, at(['units', index]).line)),
      members: value.members.map((member, index) => readMember(member, at(['members', index]).line)),
    },
    notes: options.unit === undefined ? [] : ['--unit 只用于 .xlsx 名册，这次没有用到'],
  };
}

type FileUnit = OrganisationFile['units'][number];
type FileMember = OrganisationFile['members'][number];

function readUnit(unit: FileUnit, row: number): RosterUnit {
  const { id, name, kind, parent, sector, groups, ...settings } = unit;
  return {
    row,
    id,
    name: name.trim(),
    kind,
    ...(parent === undefined ? {} : { parent }),
    ...(sector === undefined ? {} : { sector }),
    settings: unitSettings.parse(settings),
    ...(groups === undefined ? {} : { groups: present(groups) }),
  };
}

function readMember(member: FileMember, row: number): RosterMember {
  const { id, name, unit, group, roles, tags, status, joined_on, channels } = member;
  return {
    row,
    id,
    name: readName(name) ?? name,
    unit: { id: unit },
    ...(channels === undefined ? {} : { accounts: present(channels) }),
    ...(group === undefined ? {} : { partyGroup: group }),
    // Everybody is a member; written or not, it is not kept.
    ...(roles === undefined ? {} : { roles: [...new Set(roles)].filter((role) => role !== 'member') }),
    ...(tags === undefined ? {} : { tags: [...new Set(tags)] }),
    ...(status === undefined ? {} : { status }),
    ...(joined_on === undefined ? {} : { joinedOn: joined_on }),
  };
}

function checkPeople(value: OrganisationFile, at: Locate, today: Day): RosterProblem[] {
  return value.members.flatMap((member, index) => {
    const problems: RosterProblem[] = [];
    if (readName(member.name) === undefined)
      problems.push({ line: at(['members', index, 'name']).line, message: `“${member.name}”不像姓名，请改正` });
    const date = readJoiningDate(member.joined_on, today);
    if (date.kind === 'problem')
      problems.push({ line: at(['members', index, 'joined_on']).line, message: date.message });
    return problems;
  });
}

/** Ids, accounts and groups that stand twice. Accounts ignore case, as WeCom does. */
function checkRepeats(value: OrganisationFile, at: Locate): RosterProblem[] {
  const seen = new Map<string, number>();
  const problems: RosterProblem[] = [];
  const once = (what: string, said: string, path: readonly PropertyKey[]) => {
    const { line } = at(path);
    const key = `${what} ${what.endsWith('账号') ? said.toLowerCase() : said}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, line);
    else problems.push({ line, message: `${what} ${said} 在第${first}行已经用过，请改成别的` });
  };
  for (const [index, unit] of value.units.entries()) {
    once('单位编号', unit.id, ['units', index, 'id']);
    for (const [channel, group] of Object.entries(unit.groups ?? {}))
      once(`${channel} 群`, group ?? '', ['units', index, 'groups', channel]);
  }
  for (const [index, member] of value.members.entries()) {
    once('人员编号', member.id, ['members', index, 'id']);
    for (const [channel, account] of Object.entries(member.channels ?? {}))
      once(`${channel} 账号`, account ?? '', ['members', index, 'channels', channel]);
  }
  return problems;
}

/** Without the entries that are named but undefined. */
function present<T extends string>(record: Partial<Record<T, string | undefined>>): Partial<Record<T, string>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<
    Record<T, string>
  >;
}
