// Members as the tables hold them and as the domain speaks of them.

import type pg from 'pg';
import type { Member, Reminders } from '../domain/organisation.ts';

/** The columns of a member, from `member m`, as `memberOf` reads them. */
export const memberColumns = `m.id, m.name, m.unit, m.party_group, m.roles, m.tags, m.status, m.joined_on, m.reminders,
  m.noticed_at, m.left_at, m.greeted_on`;

export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly party_group: string | null;
  readonly roles: Member['roles'];
  readonly tags: Member['tags'];
  readonly status: Member['status'];
  readonly joined_on: string | null;
  readonly reminders: Reminders;
  readonly noticed_at: number | null;
  readonly left_at: number | null;
  readonly greeted_on: string | null;
}

export function memberOf(row: MemberRow): Member {
  return {
    id: row.id,
    name: row.name,
    unit: row.unit,
    partyGroup: row.party_group,
    roles: row.roles,
    tags: row.tags,
    status: row.status,
    joinedOn: row.joined_on,
    reminders: row.reminders,
    noticedAt: row.noticed_at,
    leftAt: row.left_at,
    greetedOn: row.greeted_on,
  };
}

/** All present members of these units, in pinyin order of their names. */
export async function membersOf(client: pg.ClientBase | pg.Pool, units: readonly string[]): Promise<Member[]> {
  const { rows } = await client.query<MemberRow>({
    name: 'members-of',
    text: `select ${memberColumns} from member m where m.unit = any($1::text[]) and m.left_at is null
      order by m.name collate "zh-x-icu", m.id`,
    values: [units],
  });
  return rows.map(memberOf);
}

/** One member, also one who left; undefined when unknown. */
export async function memberById(client: pg.ClientBase | pg.Pool, id: string): Promise<Member | undefined> {
  const { rows } = await client.query<MemberRow>(`select ${memberColumns} from member m where m.id = $1`, [id]);
  return rows[0] && memberOf(rows[0]);
}

/** The names of those who are in these units now. */
export async function namesIn(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
): Promise<{ readonly unit: string; readonly name: string }[]> {
  const { rows } = await client.query(
    'select unit, name from member where unit = any($1::text[]) and left_at is null',
    [units],
  );
  return rows;
}
