// Offered programmes as those who decide on them see them, and the items that are a person's or the unit's to do. Of members' items counts only.

import { committeeRoles } from '../../domain/meeting.ts';
import type { Member, Unit } from '../../domain/organisation.ts';
import type { Programme, ProgrammeItem } from '../../domain/programme.ts';
import { isTakenUp } from '../../domain/programme.ts';
import type { Day } from '../../domain/time.ts';
import { addDays, dayOf, monthOf, sayDay } from '../../domain/time.ts';
import type { View, ViewContext } from './view.ts';

/** Duties that are over are shown for so many days. */
const shownFor = 60;

interface DutyRow {
  readonly id: string;
  readonly programme: string;
  readonly item: string;
  readonly due_on: Day;
  readonly state: 'open' | 'done' | 'excused' | 'expired';
  readonly title: string;
}

/** `{all, taken, offered, own}`: each `{id, name, about, items: [{title, line}], own, by}`; `own` = what this unit itself took up and may put down. */
export const packs: View = async (context) => {
  const { library, unit, units, now } = context;
  const today = dayOf(now);
  const settings = units.settings(unit.id);
  const kinds = new Set(units.below(unit.id).map(({ kind }) => kind));
  const fitting = [...library.programmes.values()].filter(
    (one) => one.adopt && one.units.some((kind) => kinds.has(kind)) && (!one.until || one.until >= monthOf(today)),
  );
  const [duties, counts] = await Promise.all([unitDuties(context), countsOf(context)]);
  const all = fitting.map((programme) => {
    const taken = isTakenUp(programme, settings);
    const by = units.above(unit.id).find((one) => one.settings.programmes?.includes(programme.programme));
    const items = programme.items.map((item) => ({
      title: item.title,
      line: taken ? lineOf(programme, item, unit, duties, counts, today) : `${item.title}${offeredDue(item)}`,
    }));
    return {
      id: programme.programme,
      title: programme.title,
      name: nameOf(programme),
      about: programme.about ?? programme.source,
      taken,
      own: by?.id === unit.id,
      by: by && by.id !== unit.id ? by.name : null,
      items,
    };
  });
  return {
    all,
    taken: all.filter(({ taken }) => taken),
    offered: all.filter(({ taken }) => !taken),
    own: all.filter(({ taken, own }) => taken && own),
    above: unit.kind !== 'branch',
  };
};

/** `{all}`: open items that this member may tick, those of the unit first for its committee, then the own ones; each may be chosen by `{id, name}`. */
export const programmeItems: View = async (context) => {
  const today = dayOf(context.now);
  const own = await ownDuties(context);
  const ofUnit = decides(context.member, context.unit) ? await unitDuties(context) : [];
  const open = [
    ...ofUnit.map((duty) => ({ ...duty, own: false })),
    ...own.map((duty) => ({ ...duty, own: true })),
  ].filter(({ state }) => state === 'open');
  return {
    all: open.map(({ id, programme, item, title, due_on, own: isOwn }) => ({
      id,
      programme,
      item,
      title,
      own: isOwn,
      name: `${title}（${isOwn ? '我的' : '支部的'}，${sayDay(due_on, today)}前）`,
    })),
  };
};

/** `{open, done}` of the member's own items: `[{title, programme, due}]`. Nobody else is shown them. */
export const ownPacks: View = async (context) => {
  const rows = await ownDuties(context);
  const shown = (state: DutyRow['state']) =>
    rows
      .filter((row) => row.state === state)
      .map(({ title, programme, due_on }) => ({
        title,
        programme: context.library.programmes.get(programme)?.title ?? '',
        due: due_on,
      }));
  return { open: shown('open'), done: shown('done') };
};

/** Two campaigns may share a name: issuer and year tell them apart. */
function nameOf({ title, issuer, year }: Programme): string {
  return `${title}（${issuer}，${year}年）`;
}

function decides({ roles }: Member, { kind }: Unit): boolean {
  const deciding = kind === 'branch' ? committeeRoles : ['broadcaster', 'higher-viewer', ...committeeRoles];
  return roles.some((role) => (deciding as readonly string[]).includes(role));
}

function offeredDue({ due }: ProgrammeItem): string {
  const parts = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(due);
  return parts ? `（${parts[1] ? `${parts[1]}年` : ''}${Number(parts[2])}月${Number(parts[3])}日前）` : '';
}

type Counts = ReadonlyMap<string, { readonly done: number; readonly all: number }>;

/** One item in a line: the unit's own state, and how many of those below have done it. */
function lineOf(
  programme: Programme,
  item: ProgrammeItem,
  unit: Unit,
  duties: readonly DutyRow[],
  counts: Counts,
  today: Day,
): string {
  const duty = duties.filter((one) => one.programme === programme.programme && one.item === item.item).at(-1);
  const below = item.private ? undefined : counts.get(`${programme.programme}/${item.item}`);
  const states = { open: '未办', done: '已办', excused: '不要求', expired: '过期没有记上' };
  const said = [
    ...(duty ? [`${sayDay(duty.due_on, today)}前，${states[duty.state]}`] : []),
    ...(below ? [`${unit.kind === 'branch' ? '党员个人项' : '下面'}已办${below.done}项，共${below.all}项`] : []),
    ...(item.private ? ['本人自己看'] : []),
  ];
  return `${item.title}：${said.join('；') || '还没到时候'}`;
}

async function unitDuties({ client, unit, now }: ViewContext): Promise<DutyRow[]> {
  const { rows } = await client.query<DutyRow>({
    text: `select id, programme, item, due_on, state, details->>'title' as title from duty
      where unit = $1 and member is null and details->>'pack' = 'true' and (state = 'open' or due_on >= $2::date) and not details ? 'put_down'
      order by due_on, id`,
    values: [unit.id, addDays(dayOf(now), -shownFor)],
  });
  return rows;
}

async function ownDuties({ client, member, now }: ViewContext): Promise<DutyRow[]> {
  const { rows } = await client.query<DutyRow>({
    text: `select id, programme, item, due_on, state, details->>'title' as title from duty
      where member = $1 and details->>'pack' = 'true' and (state = 'open' or due_on >= $2::date) and not details ? 'put_down'
      order by due_on, id`,
    values: [member.id, addDays(dayOf(now), -shownFor)],
  });
  return rows;
}

/** In a branch: of its members' items. Above: of the items of the units below. Private items are counted nowhere. */
async function countsOf({ client, unit, units, now }: ViewContext): Promise<Counts> {
  const isBranch = unit.kind === 'branch';
  const below = isBranch ? [unit.id] : units.below(unit.id).flatMap(({ id }) => (id === unit.id ? [] : [id]));
  const { rows } = await client.query<{ programme: string; item: string; done: number; total: number }>({
    text: `select programme, item, count(*) filter (where state = 'done')::int as done, count(*)::int as total from duty
      where unit = any($1::text[]) and (member is not null) = $2 and details->>'pack' = 'true' and not details ? 'private'
        and state in ('open', 'done') and (state = 'open' or due_on >= $3::date)
      group by programme, item`,
    values: [below, isBranch, addDays(dayOf(now), -shownFor)],
  });
  return new Map(rows.map(({ programme, item, done, total }) => [`${programme}/${item}`, { done, all: total }]));
}
