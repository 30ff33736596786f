// The one push of a day: for each member the reminders that fall on it, else the day's study card. Plans only; the outbox sends.

import type pg from 'pg';
import { buttonUntil, startButton } from '../dialogue/buttons.ts';
import { fill, parseTemplate } from '../dialogue/template.ts';
import { belongsTo, textTags } from '../domain/audience.ts';
import type { Calendar } from '../domain/calendar.ts';
import type { Change } from '../domain/change.ts';
import { digestReaders } from '../domain/digest-readers.ts';
import { isDigestDay } from '../domain/digest-schedule.ts';
import { groupBy } from '../domain/group-by.ts';
import type { PlannedRung } from '../domain/ladder.ts';
import { buttonsEnd, rungScope, timeOfRung } from '../domain/ladder.ts';
import type { Button, Draft, MessageKind } from '../domain/message.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import { acceptsPush, isWithinBudget, mayPush, quietFrom } from '../domain/quiet.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, dayOf, instantOf, monthOf, weekStartOf } from '../domain/time.ts';
import { cardFor } from '../library/study.ts';
import { isReleased, runningBroadcasts } from '../store/broadcasts.ts';
import type { OpenDuty } from '../store/duties.ts';
import { unitsMeeting } from '../store/duties.ts';
import { membersOf } from '../store/members.ts';
import { chunks } from '../store/outbox-rows.ts';
import { takePushes } from '../store/pushes.ts';
import { themeContents } from '../store/theme-menus.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import { branchesToPlan, dutiesToSpeakOf, pushedBefore, rungsOnce } from './push-ground.ts';

/** Units planned in one transaction; about 2,500 people. */
const unitsAtOnce = 50;

/** Every push says how to get fewer of them and where to complain (domain notes §2D, design commandments). */
const wayOut = { label: '如打扰到您', value: '回“少提醒”“不再提醒”“投诉建议”都可以' };

/** What stands before the question of a study card, in `cardText`. */
const asks = '想一想';

/** What one member is to be pushed at. Equal ones become one call. */
interface Push {
  readonly member: Member;
  readonly kind: MessageKind;
  readonly draft: Draft;
  readonly expiresAt: Instant;
  readonly duty?: string;
}

/** Plans the pushes that go out at `at` (a unit's push time, or 08:00 for what cannot wait for it). Planning twice pushes once. */
export async function planPushes(parts: JobParts, at: Instant): Promise<number> {
  const day = dayOf(at);
  const units = await parts.units.newest(parts.pool);
  // A Party group is planned together with its branch, whose duties its members have.
  const branches = [...units.byId.values()].filter(({ id }) => units.branchOf(id).id === id);
  let planned = 0;
  for (const some of chunks(await branchesToPlan(parts, units, branches, at), unitsAtOnce))
    planned += await planFor(parts, units, some, day, at);
  return planned;
}

async function planFor(parts: JobParts, units: Units, some: readonly Unit[], day: Day, at: Instant): Promise<number> {
  const { pool, library, doors } = parts;
  return inTransaction(pool, async (client) => {
    const ids = some.flatMap(({ id }) => units.partsOf(id));
    const members = await membersOf(client, ids);
    const duties = await withContents(client, units, await dutiesToSpeakOf(library, client, ids, day), day);
    const pushed = await pushedBefore(client, members, day);
    const released = library.sample || (await isReleased(client, day.slice(0, 7)));
    const broadcasts = await runningBroadcasts(client, at);
    const rungs = rungsOf(parts, units, duties, day, at);
    const toCome = daysToCome(parts, duties, day);
    const meeting = await unitsMeeting(client, ids, day);
    const study = studyCards(parts, day);
    const readers = readersToday(parts, units, some, members, day);
    await takePushes(client, [...readers], day, 'digest', null);
    const pushes = members.flatMap((member): Push[] => {
      if (readers.has(member.id) || !isWithinBudget(day, pushed.get(member.id) ?? [], member.tags)) return [];
      const reminder = reminderFor(member, rungs.get(member.id) ?? [], day);
      if (reminder) return [reminder];
      // Of an elder's few pushes a week the reminders still to come are kept free.
      const kept = [...(toCome.get(member.id) ?? [])];
      if (!isWithinBudget(day, [...(pushed.get(member.id) ?? []), ...kept], member.tags)) return [];
      const settings = units.settings(member.unit);
      const due =
        instantOf(day, settings.push_time) === at &&
        released &&
        mayPush(at, library.calendar, { morningOfEvent: false });
      // On the day people meet the meeting is the study; only those who are away go on with the card.
      if (meeting.has(units.branchOf(member.unit).id) && !member.tags.includes('mobile')) return [];
      if (!due || settings.off.includes('study') || !acceptsPush(member.reminders, 'study', day)) return [];
      const above = units.above(member.unit).map(({ id }) => id);
      // A material from above that goes out today takes the place of the card.
      if (broadcasts.some((one) => above.includes(one.to) && belongsTo(one.audience, member))) return [];
      return study(member);
    });
    const taken = new Set<string>();
    for (const [kind, list] of groupBy(pushes, (push) => push.kind)) {
      for (const id of await takePushes(
        client,
        list.map(({ member }) => member.id),
        day,
        kind,
        null,
      ))
        taken.add(id);
    }
    const messages = grouped(
      pushes.filter(({ member }) => taken.has(member.id)),
      at,
    );
    await writeChanges(client, messages, { now: parts.clock(), doors, units });
    return taken.size;
  });
}

/** Theme days with what they hold: from the menus above and the branch's own choice. */
async function withContents(
  client: pg.ClientBase,
  units: Units,
  duties: readonly OpenDuty[],
  day: Day,
): Promise<readonly OpenDuty[]> {
  const near = duties.filter(({ programme, dueOn }) => programme === 'theme-day' && dueOn >= day);
  if (near.length === 0) return duties;
  const contents = await themeContents(
    client,
    units,
    [...new Set(near.map(({ unit }) => unit))],
    [...new Set(near.map(({ dueOn }) => monthOf(dueOn)))],
  );
  if (contents.size === 0) return duties;
  return duties.map((duty) => {
    const content = duty.programme === 'theme-day' ? contents.get(`${duty.unit} ${monthOf(duty.dueOn)}`) : undefined;
    return content === undefined ? duty : { ...duty, details: { ...duty.details, content } };
  });
}

interface MemberRung {
  readonly duty: OpenDuty;
  readonly planned: PlannedRung;
}

/** The rungs of members that go out at this very moment, by member. */
function rungsOf(
  { library }: JobParts,
  units: Units,
  duties: readonly OpenDuty[],
  day: Day,
  at: Instant,
): Map<string, MemberRung[]> {
  const plan = rungsOnce(library);
  const found = new Map<string, MemberRung[]>();
  for (const duty of duties) {
    const settings = units.settings(duty.unit);
    if (settings.off.includes(duty.programme)) continue;
    for (const planned of plan(duty)) {
      const { rung } = planned;
      if (planned.day !== day || rung.to !== 'members' || timeOfRung(planned, settings.push_time) !== at) continue;
      if (rung.only === 'unanswered' && duty.answered) continue;
      // Arrears are one matter, not one a month: only the oldest open duty speaks.
      if (rung.after && !duty.isOldest) continue;
      if (!mayPush(at, library.calendar, { morningOfEvent: planned.sameMorning })) continue;
      found.set(duty.member, [...(found.get(duty.member) ?? []), { duty, planned }]);
    }
  }
  return found;
}

/** Members whose digest comes today: it is their one push of the day, and says what the reminders would. */
function readersToday(
  { library }: JobParts,
  units: Units,
  some: readonly Unit[],
  members: readonly Member[],
  day: Day,
): Set<string> {
  const due = some.filter(({ id }) => {
    const settings = units.settings(id);
    return !settings.off.includes('digest') && isDigestDay(settings.digest, library.calendar, day);
  });
  return new Set(
    due.flatMap((unit) => {
      const own = members.filter((member) => units.branchOf(member.unit).id === unit.id);
      return digestReaders(unit, own).map(({ id }) => id);
    }),
  );
}

/** The later days of this week on which a member will be reminded of something, as it looks now. */
function daysToCome({ library }: JobParts, duties: readonly OpenDuty[], day: Day): Map<string, Set<Day>> {
  const week = weekStartOf(day);
  const plan = rungsOnce(library);
  const days = new Map<string, Set<Day>>();
  for (const duty of duties) {
    if (duty.answered) continue;
    for (const planned of plan(duty)) {
      if (planned.rung.to !== 'members' || planned.day <= day || planned.day > addDays(week, 6)) continue;
      days.set(duty.member, (days.get(duty.member) ?? new Set()).add(planned.day));
    }
  }
  return days;
}

/** All reminders of a day in one message, each once. */
function reminderFor(member: Member, rungs: readonly MemberRung[], day: Day): Push | undefined {
  const owing = new Set(rungs.filter(({ planned }) => planned.rung.after).map(({ duty }) => duty.programme));
  const wanted = rungs
    .filter(({ duty }) => acceptsPush(member.reminders, duty.programme, day))
    // Where arrears are spoken of, they speak for the running month too.
    .filter(({ duty, planned }) => planned.rung.after || !owing.has(duty.programme))
    // Where people meet comes first.
    .sort((a, b) => (a.duty.startsAt ?? Number.POSITIVE_INFINITY) - (b.duty.startsAt ?? Number.POSITIVE_INFINITY));
  const [first] = wanted;
  if (!first) return undefined;
  const filled = ({ duty }: MemberRung, source: string) => fill(template(source), { ...rungScope(duty, day) });
  const texts = wanted.map((one) => filled(one, one.planned.rung.text));
  const titles = new Set(
    wanted.flatMap((one) => (one.planned.rung.title ? [filled(one, one.planned.rung.title)] : [])),
  );
  return {
    member,
    kind: wanted.some(({ planned }) => planned.rung.kind === 'notice') ? 'notice' : 'reminder',
    draft: {
      ...(titles.size > 0 ? { title: [...titles].join('、') } : {}),
      text: texts.join('\n'),
      rows: [wayOut],
      buttons: buttonsFor(wanted, day),
    },
    expiresAt: Math.min(...wanted.map(({ planned }) => planned.expires)),
    duty: first.duty.id.slice(0, first.duty.id.lastIndexOf('/')),
  };
}

/** Each label once. Pressed when its matter is over, a button changes nothing: it would mean the next event, or another month. */
function buttonsFor(rungs: readonly MemberRung[], day: Day): Button[] {
  const buttons = new Map<string, Button>();
  for (const { duty, planned } of rungs) {
    const { buttons: usual, buttons_on_day: onDay = usual } = planned.rung;
    for (const label of duty.dueOn === day ? onDay : usual)
      if (!buttons.has(label)) buttons.set(label, { label, data: buttonUntil(buttonsEnd(duty, day), label) });
  }
  return [...buttons.values()].slice(0, 4);
}

/** The quarter's invitation to look at oneself: a line on a card that comes anyway (seeds: 党性体检 as a habit), never a duty, never counted. */
const checkUp = { label: '党性体检', value: '新的一季，想自己对照一遍就回“自查”，不保存，不做也行' };

function beginsQuarter(calendar: Calendar, day: Day): boolean {
  const month = Number(day.slice(5, 7));
  return (month - 1) % 3 === 0 && day === calendar.onOrNextWorkday(`${day.slice(0, 7)}-01`);
}

/** The day's card for a member; the same object for all whom it reaches alike. */
function studyCards({ library }: JobParts, day: Day): (member: Member) => Push[] {
  const drafts = new Map<string, Draft | undefined>();
  const expiresAt = instantOf(day, quietFrom);
  return (member) => {
    const key = JSON.stringify([member.tags, textTags(member)]);
    if (!drafts.has(key)) drafts.set(key, studyCard(library, member, day));
    const draft = drafts.get(key);
    return draft ? [{ member, kind: 'study', draft, expiresAt }] : [];
  };
}

function studyCard(library: JobParts['library'], member: Member, day: Day): Draft | undefined {
  const card = cardFor(library.study, day, member.tags);
  if (!card) return undefined;
  const [text = '', question] = library.cardText(card, textTags(member)).split(`\n${asks}：`);
  const tonight = instantOf(addDays(day, 1), '00:00');
  return {
    title: '今日学习',
    text,
    rows: [
      ...(question === undefined ? [] : [{ label: asks, value: question }]),
      ...(beginsQuarter(library.calendar, day) ? [checkUp] : []),
      wayOut,
    ],
    buttons: [
      { label: '已读', data: startButton('study-read', { item: card.id, topic: card.topic }) },
      { label: '记一笔', data: startButton('note', { item: card.id }) },
      { label: '晚点看', data: buttonUntil(tonight, startButton('study-later')) },
      { label: '今天不看', data: buttonUntil(tonight, startButton('study-stop')) },
    ],
  };
}

/** Equal messages to many become one change, so that the outbox makes as few calls as it can. */
function grouped(pushes: readonly Push[], at: Instant): Change[] {
  const written = new Map<Draft, string>();
  const write = (draft: Draft) => {
    const known = written.get(draft) ?? JSON.stringify(draft);
    written.set(draft, known);
    return known;
  };
  const groups = groupBy(
    pushes,
    (push) => `${push.kind} ${push.expiresAt} ${push.duty} ${dueAtFor(push, at)} ${write(push.draft)}`,
  );
  return [...groups.values()].map((list) => {
    const { kind, draft, expiresAt, duty } = list[0]!;
    return {
      change: 'message',
      to: { members: list.map(({ member }) => member.id) },
      kind,
      draft,
      dueAt: dueAtFor(list[0]!, at),
      expiresAt,
      ...(duty ? { duty } : {}),
    };
  });
}

/** The time of day the member asked for, for what can wait until then: a notice of an event cannot. */
function dueAtFor({ member, kind, expiresAt }: Push, at: Instant): Instant {
  const { pushTime } = member.reminders;
  if (!pushTime || kind === 'notice') return at;
  const wanted = instantOf(dayOf(at), pushTime);
  return wanted > at && wanted < expiresAt ? wanted : at;
}

const templates = new Map<string, ReturnType<typeof parseTemplate>>();
function template(source: string) {
  const known = templates.get(source) ?? parseTemplate(source);
  templates.set(source, known);
  return known;
}
