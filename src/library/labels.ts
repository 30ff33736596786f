// Reads content/labels.yaml: what the codes in our tables are called in words for people. Knows no person and decides nothing.

import path from 'node:path';
import { z } from 'zod';
import type { EndReason } from '../dialogue/session.ts';
import { broadcastStates } from '../domain/broadcast.ts';
import { factKinds } from '../domain/change.ts';
import { Fault } from '../domain/fault.ts';
import { failureReasons, messageKinds } from '../domain/message.ts';
import { channelNames, memberStatuses, roles, tags } from '../domain/organisation.ts';
import { consents, submissionForms, submissionStates } from '../domain/submission.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

/** The words for each kind of code. A code without words (an older row, a newer program) is given back as it is. */
export interface Labels {
  /** The category of a leave; null = none was given. */
  leaveReason(code: string | null): string;
  /** Why somebody was not reached, with what to do about it. */
  failureReason(code: string): string;
  dutyState(code: string): string;
  /** A dues month: open, reported or confirmed. */
  duesStatus(code: string): string;
  role(code: string): string;
  tag(code: string): string;
  memberStatus(code: string): string;
  reminderLevel(code: string): string;
  factKind(code: string): string;
  messageKind(code: string): string;
  channel(code: string): string;
  /** How far a broadcast has come. */
  broadcastState(code: string): string;
  submissionForm(code: string): string;
  /** How far a submission has come. */
  submissionState(code: string): string;
  /** How far the author lets it go. */
  consent(code: string): string;
  /** Why a conversation ended. */
  ending(code: string): string;
  /** What somebody did; actions that concern nobody in particular share one neutral word. */
  auditAction(code: string): string;
  /** What a pressed card shows; `chosen` are the labels of what was pressed or ticked, undefined when nobody knows. At most 16 characters. */
  pressed(became: 'done' | 'plain' | 'outdated', chosen: readonly string[] | undefined): string;
}

const word = z.string().min(1).max(30);
const endReasons = [
  'done',
  'cancelled',
  'expired',
  'timed-out',
  'gave-up',
  'replaced',
  'handed-over',
  'flow-gone',
] as const satisfies readonly EndReason[];

/** `content/labels.yaml`; every code of a closed list must have its word. */
const labelsForm = z.strictObject({
  leave: z.record(z.enum(['illness', 'duty', 'family', 'travel', 'other']), word),
  failure: z.record(z.enum(failureReasons), word),
  duty: z.record(z.enum(['open', 'done', 'excused', 'expired']), word),
  dues: z.record(z.enum(['open', 'reported', 'confirmed']), word),
  role: z.record(z.enum(roles), word),
  tag: z.record(z.enum(tags), word),
  status: z.record(z.enum(memberStatuses), word),
  reminders: z.record(z.enum(['all', 'fewer', 'none']), word),
  fact: z.record(z.enum(factKinds), word),
  message: z.record(z.enum(messageKinds), word),
  channel: z.record(z.enum([...channelNames, 'none']), word),
  broadcast: z.record(z.enum(broadcastStates), word),
  submission: z.record(z.enum(submissionStates), word),
  'submission-form': z.record(z.enum(submissionForms), word),
  consent: z.record(z.enum(consents), word),
  ending: z.record(z.enum(endReasons), word),
  audit: z.record(z.string(), word),
  pressed: z.record(z.enum(['done', 'plain', 'outdated', 'several', 'none', 'unknown']), word),
});

/** Reads the words; throws a Fault of code `bad-content` with file and line. */
export function loadLabels(contentDir: string): Labels {
  const read = readYaml(path.join(contentDir, 'labels.yaml'), labelsForm);
  if ('problems' in read) throw new Fault('bad-content', read.problems.map(sayProblem).join('\n'));
  const words = read.value;
  return {
    leaveReason: (code) => (code === null ? words.leave.other : wordFor(words.leave, code)),
    failureReason: (code) => wordFor(words.failure, code),
    dutyState: (code) => wordFor(words.duty, code),
    duesStatus: (code) => wordFor(words.dues, code),
    role: (code) => wordFor(words.role, code),
    tag: (code) => wordFor(words.tag, code),
    memberStatus: (code) => wordFor(words.status, code),
    reminderLevel: (code) => wordFor(words.reminders, code),
    factKind: (code) => wordFor(words.fact, code),
    messageKind: (code) => wordFor(words.message, code),
    channel: (code) => wordFor(words.channel, code),
    broadcastState: (code) => wordFor(words.broadcast, code),
    submissionForm: (code) => wordFor(words['submission-form'], code),
    submissionState: (code) => wordFor(words.submission, code),
    consent: (code) => wordFor(words.consent, code),
    ending: (code) => wordFor(words.ending, code),
    pressed: (became, chosen) => pressedWords(words.pressed, became, chosen),
    auditAction: (code) => (Object.hasOwn(words.audit, code) ? words.audit[code]! : '其他操作'),
  };
}

function wordFor(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? words[code]! : code;
}

/** A card has room for one short label; of more it says how many. */
function pressedWords(
  words: Readonly<Record<'done' | 'plain' | 'outdated' | 'several' | 'none' | 'unknown', string>>,
  became: 'done' | 'plain' | 'outdated',
  chosen: readonly string[] | undefined,
): string {
  if (became === 'outdated') return words.outdated;
  if (!chosen) return words.unknown;
  if (chosen.length === 0) return words.none;
  const label = chosen.join('、');
  const isShort = [...label].length <= 12;
  return words[became].replace('{label}', isShort ? label : words.several.replace('{count}', String(chosen.length)));
}
