// What conversations may change, by the name `save:` uses. A new effect is one function and one line here.

import { acknowledge, recordCame, recordLeave, signIn, takeLeave } from './attendance.ts';
import { codeForOther, ownCode, roomCode, unbindAccount, unbindRoom } from './bindings.ts';
import { confirmDues, digestFile, noticeToBranch, setThemeDay } from './branch.ts';
import { approveBroadcast, cancelBroadcast, proposeBroadcast, recallBroadcast, releaseContent } from './broadcasts.ts';
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
import { itemDone, programmeDropped, programmeTaken } from './programmes.ts';
import {
  callForSubmissions,
  submissionDecided,
  submissionOpened,
  submissionWithdrawn,
  submitted,
} from './submissions.ts';

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
  own_problem: ownProblem,
  own_problem_done: ownProblemDone,
  programme_taken: programmeTaken,
  programme_dropped: programmeDropped,
  item_done: itemDone,
  course_joined: courseJoined,
  course_left: courseLeft,
  greeted,
  submitted,
  submission_withdrawn: submissionWithdrawn,
  submission_opened: submissionOpened,
  submission_decided: submissionDecided,
  call_for_submissions: callForSubmissions,
};
