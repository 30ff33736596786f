// Everything that is read from flows/ and content/ at start, checked, in one place. Never changes while the process runs.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Flow, Flows } from '../dialogue/flow.ts';
import { makeFlows } from '../dialogue/flow.ts';
import type { NamedStart, Vocabulary } from '../dialogue/meaning.ts';
import { makeVocabulary } from '../dialogue/meaning.ts';
import type { FormTemplate } from '../domain/anonymous-form.ts';
import type { Calendar } from '../domain/calendar.ts';
import { awaitedDeeds } from '../domain/completion.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { Tag } from '../domain/organisation.ts';
import type { Proposal } from '../domain/plan.ts';
import type { Programme } from '../domain/programme.ts';
import type { Register } from '../domain/register.ts';
import type { ThemeDayBlock } from '../domain/theme-day-agenda.ts';
import { loadAnonymousForms } from './anonymous-forms.ts';
import type { BookTemplate } from './book-template.ts';
import { loadBooks } from './book-template.ts';
import { loadFlows } from './flows.ts';
import { loadCalendar } from './holidays.ts';
import type { Labels } from './labels.ts';
import { loadLabels } from './labels.ts';
import type { Link } from './links.ts';
import { loadLinks } from './links.ts';
import { loadProposal } from './plan-proposal.ts';
import { loadProgrammes } from './programmes.ts';
import type { Quiz } from './quiz.ts';
import { loadQuiz } from './quiz.ts';
import { loadRegisters } from './registers.ts';
import { loadReminders } from './reminders.ts';
import type { Shelf } from './shelves.ts';
import { loadShelves } from './shelves.ts';
import type { Card, Study } from './study.ts';
import { cardText, loadStudy } from './study.ts';
import type { Tariff } from './tariffs.ts';
import { loadTariffs } from './tariffs.ts';
import { loadThemeDayBlocks } from './theme-day-blocks.ts';

export interface Library {
  readonly flows: Flows;
  readonly vocabulary: Vocabulary;
  readonly programmes: ReadonlyMap<string, Programme>;
  /** Deeds that some programme waits for. */
  readonly awaited: ReadonlySet<string>;
  readonly registers: ReadonlyMap<string, Register>;
  readonly ladders: ReadonlyMap<string, Ladder>;
  readonly calendar: Calendar;
  readonly study: Study;
  readonly quiz: Quiz;
  readonly labels: Labels;
  /** What a theme day may consist of. */
  readonly themeDayBlocks: readonly ThemeDayBlock[];
  /** Anonymous forms that may be opened. */
  readonly anonymousForms: readonly FormTemplate[];
  /** How drafts of the yearly plan and of the study plan look. */
  readonly planProposal: Proposal;
  /** Templates of record books and reports, by the name of their file. */
  readonly books: ReadonlyMap<string, BookTemplate>;
  /** Platforms that members and branches use besides this one. */
  readonly links: readonly Link[];
  /** What there is to read or to do, by audience; by name. */
  readonly shelves: ReadonlyMap<string, Shelf>;
  /** Tariffs of points, by the name of their file. */
  readonly tariffs: ReadonlyMap<string, Tariff>;
  /** True for the sample organisation and simulated time: study cards go out without release. */
  readonly sample: boolean;
  cardText(card: Card, tags: readonly Tag[]): string;
}

/** The folder that holds flows/, content/ and package.json, from sources and from dist alike. */
export const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Reads and checks everything; throws a Fault that lists every problem with file and line. `views` are the names flows may need, `packs` a folder of programmes of one's own. */
export function loadLibrary(
  views: readonly string[],
  options: { sample?: boolean; packs?: string | undefined } = {},
): Library {
  const flowsDir = path.join(home, 'flows');
  const contentDir = path.join(home, 'content');
  const registers = loadRegisters(flowsDir);
  const flows: Flow[] = loadFlows(flowsDir, views);
  const programmes = loadProgrammes(flowsDir, options.packs);
  return {
    flows: makeFlows(flows),
    vocabulary: makeVocabulary(flows, namesOf(programmes.values())),
    programmes,
    registers,
    awaited: awaitedDeeds(programmes.values()),
    ladders: loadReminders(flowsDir),
    calendar: loadCalendar(contentDir),
    study: loadStudy(contentDir),
    quiz: loadQuiz(contentDir),
    labels: loadLabels(contentDir),
    themeDayBlocks: loadThemeDayBlocks(contentDir),
    anonymousForms: loadAnonymousForms(contentDir),
    planProposal: loadProposal(contentDir),
    books: loadBooks(contentDir, { registers, programmes }),
    links: loadLinks(contentDir),
    shelves: loadShelves(contentDir),
    tariffs: loadTariffs(contentDir),
    sample: options.sample ?? false,
    cardText,
  };
}

/** What people say to speak of an offered programme by its name: 五个一, 开展五个一, 停办五个一. */
function namesOf(programmes: Iterable<Programme>): NamedStart[] {
  const titles = new Set([...programmes].filter(({ adopt }) => adopt).map(({ title }) => title));
  return [...titles].flatMap((title) => [
    ...['', '开展', '启动', '参加', '看'].flatMap((verb) => [
      { name: `${verb}${title}`, flow: 'pack-take', answers: { named: title } },
      { name: `${verb}${title}活动`, flow: 'pack-take', answers: { named: title } },
      { name: `${verb}${title}`, flow: 'own-packs', answers: {} },
    ]),
    ...['停办', '停止', '取消', '结束'].map((verb) => ({
      name: `${verb}${title}`,
      flow: 'pack-drop',
      answers: { named: title },
    })),
  ]);
}

/** The version of the product, from package.json. */
export function version(): string {
  return (JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string }).version;
}
