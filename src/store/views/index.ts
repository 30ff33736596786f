// What conversations may know, by the name `needs:` uses. A new view is one function and one line here.

import { all } from '../all.ts';
import { accounts, byPhone } from './accounts.ts';
import { formResults, formsToFill, formsToOpen } from './anonymous-forms.ts';
import { arrangement } from './arrangement.ts';
import { bindings } from './bindings.ts';
import { colleagues, duesList, readers, roster, secretaries } from './branch.ts';
import { approvers, broadcasts, reach, release } from './broadcasts.ts';
import { buddies } from './buddies.ts';
import { calendars } from './calendars.ts';
import { complaints } from './complaints.ts';
import { courseSignUps, courses } from './courses.ts';
import { digest } from './digest.ts';
import { dues } from './dues.ts';
import { entries, ownProblems } from './entries.ts';
import { event, eventOver } from './event.ts';
import { help } from './help.ts';
import { links } from './links.ts';
import { convening, minutes, toCheck } from './meetings.ts';
import { holdings, last, mine, serviceHours } from './mine.ts';
import { nominatedMe, nominations, nominationsOpen } from './nominations.ts';
import { care, heartTalks, term } from './organisational-life.ts';
import { ownAttendance, ownStudy } from './own-year.ts';
import { plan, plansBelow } from './plans.ts';
import { points } from './points.ts';
import { ownPacks, packs, programmeItems } from './programmes.ts';
import { projects } from './projects.ts';
import { branchCard, publicity } from './public-facts.ts';
import { quiz } from './quiz.ts';
import { shelf, unitsBelow } from './shelf.ts';
import { study } from './study.ts';
import { studyPlan } from './study-plan.ts';
import { ownSubmissions, submissionBox } from './submissions.ts';
import { themeAfter, themeAgenda } from './theme-agenda.ts';
import { themeDay } from './theme-day.ts';
import { themeDaysBelow } from './theme-days-below.ts';
import { themeMenu } from './theme-menu.ts';
import { uploads } from './uploads.ts';
import { completeness, draw, incoming, modules, receipts, secretariesBelow } from './upward.ts';
import type { View, ViewContext } from './view.ts';

const views: Readonly<Record<string, View>> = {
  event,
  eventOver,
  dues,
  mine,
  serviceHours,
  last,
  holdings,
  study,
  quiz,
  colleagues,
  readers,
  roster,
  duesList,
  secretaries,
  themeDay,
  themeAgenda,
  themeAfter,
  themeDaysBelow,
  nominatedMe,
  nominations,
  nominationsOpen,
  branchCard,
  publicity,
  projects,
  digest,
  approvers,
  reach,
  broadcasts,
  release,
  help,
  bindings,
  entries,
  completeness,
  draw,
  incoming,
  receipts,
  secretariesBelow,
  modules,
  ownProblems,
  ownStudy,
  ownAttendance,
  links,
  complaints,
  convening,
  minutes,
  toCheck,
  courses,
  courseSignUps,
  packs,
  programmeItems,
  ownPacks,
  plan,
  plansBelow,
  studyPlan,
  arrangement,
  themeMenu,
  calendars,
  formsToOpen,
  formsToFill,
  formResults,
  heartTalks,
  term,
  care,
  uploads,
  points,
  buddies,
  accounts,
  byPhone,
  shelf,
  unitsBelow,
  ownSubmissions,
  submissionBox,
};

export const viewNames = Object.keys(views);

/** Loads the named views (`event`, or with an argument `entries/visit`) on the turn's client. */
export async function loadViews(names: readonly string[], context: ViewContext): Promise<Record<string, unknown>> {
  const loaded = await all(
    names.map(async (need) => {
      const [name, argument = ''] = need.split('/');
      return [name!, await views[name!]!(context, argument)] as const;
    }),
  );
  return Object.fromEntries(loaded);
}
