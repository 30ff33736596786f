// Matters of organisational life for the secretary's digest: talks asked for, a term that ends, long absence, long searches. Discreet lines, never conclusions.

import type { Matter } from '../domain/digest.ts';
import { longAbsent } from '../domain/long-absence.ts';
import { termEnd, termNear } from '../domain/term.ts';
import { addDays, monthsBefore, sayDay } from '../domain/time.ts';
import { recentAttendance } from './attended.ts';
import type { DigestContext } from './digest-context.ts';
import { membersOf } from './members.ts';

/** Members who asked for a heart-to-heart talk and have not had it. */
export async function askedTalks({ client, unit }: DigestContext): Promise<Matter | null> {
  const { rows } = await client.query<{ title: string }>({
    name: 'matter-asked-talks',
    text: `select title from record where kind = 'talk-request' and unit = $1 and state = 'open' order by created_at, id limit 10`,
    values: [unit.id],
  });
  return matter(
    '等着谈心的',
    rows.map(({ title }) => title),
    '。谈过了回“谈心谈过了”',
  );
}

/** The committee's term ends within half a year, or is over. */
export async function endingTerm({ unit, period }: DigestContext): Promise<Matter | null> {
  const { term } = unit.settings;
  if (!term || period.comingTo < termNear(term)) return null;
  const end = termEnd(term);
  return matter(
    '换届',
    [`本届支委会${sayDay(end, period.to)}${end < period.comingFrom ? '已经届满' : '届满'}`],
    '。换届要先向上级党组织报告；延期须经批准，一般不超过一年。换好了回“换届”',
  );
}

/** Those who have been away for long: to be asked after first. */
export async function longAway(context: DigestContext): Promise<Matter | null> {
  const { client, unit, units, period, now } = context;
  const members = await membersOf(client, units.partsOf(unit.id));
  const absent = new Set(longAbsent(members, await recentAttendance(client, unit.id, now), period.to));
  return matter(
    '有些日子没来参加组织生活',
    members.filter(({ id }) => absent.has(id)).map(({ name }) => name),
    '。先当面或打电话问一句，有没有难处、要不要帮忙；要我私下问候，回“问候”加姓名。这只是提醒',
  );
}

/** Out of contact for nearly six months or more (党员教育管理工作条例 Art. 24): the organisation decides what follows. */
export async function longSearches({ client, unit, period }: DigestContext): Promise<Matter | null> {
  const { rows } = await client.query<{ title: string }>({
    name: 'matter-long-searches',
    text: `select distinct on (body->>'whom') title from record
      where kind = 'search' and unit = $1 and state = 'open' and body->>'since' <= $2 order by body->>'whom', created_at desc, id desc limit 10`,
    values: [unit.id, monthsBefore(addDays(period.comingTo, 7), 6)],
  });
  return matter(
    '失去联系快满六个月，或者已经满了',
    rows.map(({ title }) => title),
    '。请接着找，怎样处理由党组织按规定研究',
  );
}

function matter(label: string, items: readonly string[], hint: string): Matter | null {
  return items.length === 0 ? null : { label, items, hint };
}
