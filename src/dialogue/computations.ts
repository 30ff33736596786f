// Rules of the branch that a flow may work out (`compute`), by the name a flow.yaml uses. Pure; nothing here is stored.

import type { FormPlace, OpenForm } from '../domain/anonymous-form.ts';
import { nextPlace } from '../domain/anonymous-form.ts';
import type { BroadcastBody } from '../domain/broadcast.ts';
import { gatedText, gateProblems, sayGateProblem, usualExpiry } from '../domain/broadcast.ts';
import { findDay } from '../domain/chinese/dates.ts';
import type { DuesCategory } from '../domain/dues.ts';
import { categoryOf, duesOf, sayYuan } from '../domain/dues.ts';
import type { Quorum } from '../domain/meeting.ts';
import type { Convening } from '../domain/meeting-plan.ts';
import { meetingPlan, minutesMeant, takeLine } from '../domain/meeting-plan.ts';
import type { Tag } from '../domain/organisation.ts';
import type { PlanBook, PlanView } from '../domain/plan-talk.ts';
import { editedBook, planBook } from '../domain/plan-talk.ts';
import { stageTold } from '../domain/sentences-meeting.ts';
import type { StudyPlanBook, StudyPlanView } from '../domain/study-plan-talk.ts';
import { editedStudyPlan, studyPlanBook } from '../domain/study-plan-talk.ts';
import type { AgendaAnswers, Venue } from '../domain/theme-day-agenda.ts';
import { agendaOf, themePlace } from '../domain/theme-day-agenda.ts';
import { themeDayPlan } from '../domain/theme-day-plan.ts';
import { itemsIn, menuOf } from '../domain/theme-menu.ts';
import type { Day, Instant } from '../domain/time.ts';
import { daysBetween, instantOf, sayDay } from '../domain/time.ts';
import { uniformPlan } from '../domain/uniform-theme-day.ts';
import { fileIn } from './answers/sent-file.ts';
import type { Json } from './session.ts';

type Values = Readonly<Record<string, Json | undefined>>;
type Computation = (values: Values, today: Day, now: Instant) => Json;

export const computations = {
  /** What was shown stays what is meant, even if the world moves on before the answer: `as` a view's name hides the view. */
  keep: ({ value }) => value ?? null,

  /** Days from one day to another. */
  'days-between': ({ from, to }) => daysBetween(from as Day, to as Day),

  /** What is already in a table of numbers under a day, and together with one more. */
  'sum-on-day': ({ table, day, more }) => {
    const before = (table as Readonly<Record<string, number>> | null)?.[day as Day] ?? 0;
    return { before, sum: before + Number(more) };
  },

  same: ({ one, other }) => one === other,

  /** Where somebody is in an anonymous form after an answer; without one at its first question. */
  'form-place': ({ form, before, said }) =>
    nextPlace(
      form as unknown as OpenForm,
      (before ?? null) as unknown as FormPlace | null,
      (said ?? null) as string | null,
    ) as unknown as Json,

  /** The label of a value, by a table of labels. */
  'word-of': ({ value, ...labels }) => labels[String(value)] ?? null,

  /** The one of a list with this id; null when it is not there any more. */
  'one-of': ({ list, id }) => ((list as { id: string }[] | null)?.find((one) => one.id === id) ?? null) as Json,

  /** What a member gives the branch, put together from the answers of its form. */
  submission: ({ form, article, reading, photo, caption, consent, theme }) => {
    const content = article ?? reading ?? photo;
    const file = fileIn(content);
    return {
      form: String(form),
      text: typeof content === 'string' ? content : null,
      file: file ? { id: file.ref, name: file.name ?? '' } : null,
      says: file?.says ?? null,
      caption: caption ?? null,
      consent: String(consent),
      theme: theme ?? null,
      preview: file
        ? (file.name ?? { image: '一张照片', voice: '一段语音', video: '', file: '一个文件' }[file.media])
        : String(content).slice(0, 60),
      consentWord: { branch: '只在支部内用', upward: '可以向上推荐' }[String(consent)] ?? '不公开，只请支部收着',
    };
  },

  /** Of a register's entries those in a state, for somebody to choose from; `own` only those this person wrote, `other` none of them. */
  'choice-of': ({ entries, state, own, other, me }) => {
    const all = (entries as { state: string; by: string | null }[] | null) ?? [];
    const list = all.filter((one) => one.state === state && (one.by === me ? other !== true : own !== true));
    return { list, only: list.length === 1 } as unknown as Json;
  },

  /** The offered programmes that a name means; without a name those that may still be taken up. */
  'packs-meant': ({ list, offered, said }) => {
    const all = (list as { id: string; name: string; title: string }[] | null) ?? [];
    const named = typeof said === 'string' ? all.filter(({ title }) => title === said) : [];
    const meant = named.length > 0 ? named : ((offered as typeof all | null) ?? []);
    return { list: meant, only: named.length === 1 ? named[0]!.id : null } as unknown as Json;
  },

  'pack-of': ({ list, only, which }) =>
    ((list as { id: string }[] | null)?.find(({ id }) => id === (only ?? which)) ?? null) as Json,

  /** The past day that words name, else today. */
  'day-in': ({ said }, today) => {
    const day = typeof said === 'string' ? findDay(said, today, 'past')?.day : undefined;
    return day !== undefined && day <= today ? day : today;
  },

  /** Which figure the dues of a member rest on, from the tags. */
  'dues-category': ({ tags }) => categoryOf(tags as Tag[]),

  /** The monthly dues for a figure; `amount` is written as people say it (120, 22.5). */
  dues: ({ category, figure }) => {
    const due = duesOf(category as DuesCategory, figure as number);
    return { amount: sayYuan(due.amount), rule: due.rule };
  },

  /** What a change of the theme day would mean: the rule in words, the next days, the events it moves. */
  'theme-day': (values) => themeDayPlan(values as never) as unknown as Json,

  /** The yearly plan meant, or a draft of it; with `only: kept` null where there is none. */
  'plan-book': ({ view, year, only }, today) =>
    view
      ? (planBook(
          view as unknown as PlanView,
          typeof year === 'number' ? year : undefined,
          today,
          only === 'kept',
        ) as unknown as Json)
      : null,

  /** The plan after a wish in words. */
  'plan-edited': ({ book, said, view }) =>
    book && view
      ? (editedBook(book as unknown as PlanBook, String(said), (view as unknown as PlanView).has) as unknown as Json)
      : null,

  /** The study plan there is or one of these topics; with a wish the book after it. */
  'study-plan': ({ view, topics, book, wish }) =>
    (!view && !(book && wish)
      ? null
      : book && wish
        ? editedStudyPlan(book as unknown as StudyPlanBook, String(wish))
        : studyPlanBook(
            view as unknown as StudyPlanView,
            typeof topics === 'string' ? topics : undefined,
          )) as unknown as Json,

  /** A menu from its answers; `refused` where the month is none. */
  'theme-menu': ({ month, ...values }, today) =>
    menuOf({ ...(values as object), month: String(month ?? '') }, today) as unknown as Json,

  /** What a branch chose and added, for reading back. */
  'menu-choice': ({ picked, added }) => {
    const own = typeof added === 'string' ? itemsIn(added) : [];
    const names = (picked as { names?: string[] } | null)?.names ?? [];
    return { own, names: [...names, ...own] };
  },

  /** Whether a day lies in the first half of a year: plans are filed early in it. */
  'early-in-year': ({ day }) => String(day).slice(5) <= '06-30',

  /** What one theme day for all branches below would mean, or each its own again. */
  'uniform-theme-day': (values) => uniformPlan(values as never) as unknown as Json,

  /** Where a theme day is held: a venue of the list, or the words as they stand. */
  'theme-place': ({ said, venues }) =>
    themePlace((said ?? null) as string | null, (venues ?? []) as unknown as Venue[]) as unknown as Json,

  /** A theme day as it is arranged, with the lines of its notice. */
  'theme-agenda': ({ chosen, travel, ...values }) =>
    agendaOf({
      ...(values as unknown as AgendaAnswers),
      chosen: (chosen as { ids: string[] } | null)?.ids ?? [],
      travel: (travel ?? null) as string | null,
    }) as unknown as Json,

  /** Whether a text may go out to members at all. */
  gate: ({ text, public: isPublic }) => gate(String(text ?? ''), isPublic === true),

  /** A meeting as it would be convened, for reading back. */
  meeting: ({ view, ...values }, _today, now) =>
    view ? (meetingPlan(values as never, view as unknown as Convening, now) as unknown as Json) : null,

  /** Which minutes are meant, by a day that was said or by what is at hand; null when there are none. */
  'minutes-meant': ({ view, ...meant }, _today, now) =>
    view ? (minutesMeant(view as never, meant as never, now) as unknown as Json) : null,

  /** One line for the minutes: what it is, and what is said back. */
  'minute-line': ({ said, people, quorum, kind }) =>
    takeLine(
      String(said),
      (people ?? []) as never,
      (quorum ?? noQuorum) as unknown as Quorum,
      String(kind ?? 'other'),
    ) as unknown as Json,

  /** Minutes as their chair reads them. */
  'check-of': ({ meeting }, _today, now) =>
    meeting
      ? (minutesMeant({ meetings: [meeting as never], at: (meeting as { id: string }).id }, {}, now) as unknown as Json)
      : null,

  /** What was told, and how far it is if that was told too. */
  'stage-told': ({ said }) => stageTold(String(said ?? '')) as Json,

  /** A meeting called off, with those who were expected. */
  'called-off': ({ event, expected }) => {
    const { id, startsAt } = event as { id: string; startsAt: Instant };
    const kind = /^meeting\.([a-z-]+)\//.exec(id)?.[1] ?? '';
    const ids = (expected as Record<string, Json> | null)?.[kind] ?? [];
    return { event: id, ids, startsAt };
  },

  /** The one of several with this number, without a number the first; null when there is none. */
  numbered: ({ list, which }) => ((list as Json[] | null) ?? [])[typeof which === 'number' ? which - 1 : 0] ?? null,

  /** Puts a proposed material together and looks at it with the gate. */
  broadcast: (values, today) => {
    const text = typeof values.content === 'string' ? values.content : '';
    const file =
      typeof values.content === 'object' && values.content !== null
        ? (values.content as { ref: string; name: string | null })
        : null;
    const link = /^https?:\/\/\S+$/.test(text.trim()) ? text.trim() : null;
    const on = typeof values.on === 'string' ? values.on : null;
    const body: BroadcastBody = {
      by: '',
      title: String(values.title),
      text: link ? '' : text,
      link,
      file: file ? { id: file.ref, name: file.name ?? '材料' } : null,
      source: String(values.source),
      public: true,
      audience: values.audience === 'all' ? [] : [values.audience as Tag],
      // Midnight lies in the quiet hours: it goes out at that day's push time.
      at: on ? instantOf(on, '00:00') : null,
      expires: typeof values.expires === 'string' ? values.expires : usualExpiry(on ?? today),
      own: false,
      to: String(values.unit),
    };
    return {
      ...gate(gatedText(body), values.public === 'yes'),
      body: body as unknown as Json,
      preview: link ?? (file ? `文件：${file.name ?? '材料'}` : text.slice(0, 200)),
      audienceWord:
        { all: '全体党员', 'leading-cadre': '党员领导干部', retired: '离退休党员', mobile: '流动党员' }[
          String(values.audience)
        ] ?? '全体党员',
      when: on ? `${sayDay(on, today)}起` : '下一个推送时间',
    };
  },
} satisfies Record<string, Computation>;

/** Where nobody is known to have a vote no figure can be too high or enough. */
const noQuorum: Quorum = { voters: 999, present: 0, enough: false, needed: 999 };

export type ComputationName = keyof typeof computations;

function gate(text: string, isPublic: boolean): { refused: boolean; reason: string } {
  const [first] = gateProblems(text, isPublic);
  return { refused: Boolean(first), reason: first ? sayGateProblem(first) : '' };
}
