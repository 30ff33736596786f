// What conversations may change, by the name `save:` uses. A new effect is one function and one line here.

import { formClosed, formOpened, formTaken } from './anonymous-forms.ts';
import { acknowledge, recordCame, recordLeave, signIn, takeLeave } from './attendance.ts';
import { branchPushTime, largeType, largeTypeFor, pushTimeSet, warningClosed, warningOpened } from './audiences.ts';
import { codeForOther, ownCode, roomCode, unbindAccount, unbindRoom } from './bindings.ts';
import { confirmDues, digestFile, noticeToBranch, setThemeDay } from './branch.ts';
import { approveBroadcast, cancelBroadcast, proposeBroadcast, recallBroadcast, releaseContent } from './broadcasts.ts';
import { buddyEnded, buddyNamed, phoneSheet, reportedFor } from './buddies.ts';
import { calendarOpened, calendarRenewed } from './calendars.ts';
import { courseJoined, courseLeft } from './courses.ts';
import { documentAsked } from './documents.ts';
import type { Effect } from './effect.ts';
import { entry, entryMoved, ownProblem, ownProblemDone } from './entries.ts';
import {
  callOff,
  closeMinutes,
  confirmMinutes,
  confirmWords,
  convene,
  correctWords,
  minuteLine,
  recordLecture,
} from './meetings.ts';
import { nominated, nominationAnswered, nominationFiled } from './nominations.ts';
import { cared, termSet } from './organisational-life.ts';
import {
  complaint,
  complaintsRead,
  correctService,
  duesReported,
  eraseData,
  exportData,
  greeted,
  noted,
  setReminders,
  studied,
  studyLater,
  suggestion,
  volunteerService,
  withdraw,
} from './own.ts';
import {
  planAnswered,
  planChanged,
  planConfirmed,
  planDeadline,
  planDrafted,
  planFiled,
  planForm,
  planSheet,
  planSheetUsed,
} from './plans.ts';
import { itemDone, programmeDropped, programmeTaken } from './programmes.ts';
import { projectClaimed, projectDropped, projectReported } from './projects.ts';
import { studyPlanned } from './study-plans.ts';
import {
  callForSubmissions,
  submissionDecided,
  submissionOpened,
  submissionWithdrawn,
  submitted,
} from './submissions.ts';
import { themeDayArranged, themeDayUniform } from './theme-days.ts';
import { menuChosen, menuSet } from './theme-menus.ts';
import { noticeDown, receipt, switchModule } from './upward.ts';

export const effects: Readonly<Record<string, Effect>> = {
  signed_in: signIn,
  leave: takeLeave,
  acknowledged: acknowledge,
  came: recordCame,
  on_leave: recordLeave,
  volunteer_service: volunteerService,
  service_corrected: correctService,
  dues_reported: duesReported,
  dues_confirmed: confirmDues,
  studied,
  study_later: studyLater,
  noted,
  suggestion,
  complaint,
  complaints_read: complaintsRead,
  withdrawn: withdraw,
  reminders: setReminders,
  data_exported: exportData,
  data_erased: eraseData,
  theme_day: setThemeDay,
  nominated,
  nomination_answered: nominationAnswered,
  nomination_filed: nominationFiled,
  project_claimed: projectClaimed,
  project_dropped: projectDropped,
  project_reported: projectReported,
  theme_day_arranged: themeDayArranged,
  theme_day_uniform: themeDayUniform,
  digest_file: digestFile,
  document_asked: documentAsked,
  notice: noticeToBranch,
  broadcast_proposed: proposeBroadcast,
  broadcast_approved: approveBroadcast,
  broadcast_cancelled: cancelBroadcast,
  broadcast_recalled: recallBroadcast,
  content_released: releaseContent,
  own_code: ownCode,
  code_for_other: codeForOther,
  room_code: roomCode,
  account_unbound: unbindAccount,
  room_unbound: unbindRoom,
  warning_opened: warningOpened,
  warning_closed: warningClosed,
  push_time: pushTimeSet,
  branch_push_time: branchPushTime,
  large_type: largeType,
  large_type_for: largeTypeFor,
  buddy_named: buddyNamed,
  buddy_ended: buddyEnded,
  reported_for: reportedFor,
  phone_sheet: phoneSheet,
  lectured: recordLecture,
  convene,
  called_off: callOff,
  minute_line: minuteLine,
  minutes_closed: closeMinutes,
  minutes_confirmed: confirmMinutes,
  words_confirmed: confirmWords,
  words_corrected: correctWords,
  entry,
  entry_moved: entryMoved,
  notice_down: noticeDown,
  receipt,
  module_off: switchModule,
  module_on: switchModule,
  own_problem: ownProblem,
  own_problem_done: ownProblemDone,
  programme_taken: programmeTaken,
  programme_dropped: programmeDropped,
  item_done: itemDone,
  course_joined: courseJoined,
  course_left: courseLeft,
  plan_drafted: planDrafted,
  plan_confirmed: planConfirmed,
  plan_changed: planChanged,
  plan_filed: planFiled,
  plan_answered: planAnswered,
  plan_deadline: planDeadline,
  plan_sheet: planSheet,
  plan_sheet_used: planSheetUsed,
  plan_form: planForm,
  study_planned: studyPlanned,
  calendar_opened: calendarOpened,
  calendar_renewed: calendarRenewed,
  menu_set: menuSet,
  menu_chosen: menuChosen,
  form_opened: formOpened,
  form_taken: formTaken,
  form_closed: formClosed,
  term_set: termSet,
  cared,
  greeted,
  submitted,
  submission_withdrawn: submissionWithdrawn,
  submission_opened: submissionOpened,
  submission_decided: submissionDecided,
  call_for_submissions: callForSubmissions,
};
