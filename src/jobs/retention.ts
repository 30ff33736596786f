// Forgets what is no longer needed, by the retention table of the privacy notes (domain notes §5A). Runs daily; each rule is one statement.

import { leaverDays } from '../domain/contact-change.ts';
import { nominationDays } from '../domain/nomination.ts';
import type { Instant } from '../domain/time.ts';
import { dayLength } from '../domain/time.ts';
import { forget } from '../store/forget.ts';
import { forgetLeavers } from '../store/leaving.ts';
import type { JobParts } from './parts.ts';

/** Days after which rows go. Sources: domain notes §5A; 6 months of logs at least (Cybersecurity Law), we keep 24. */
export const retentionDays = {
  inbound: 30,
  sessionEnd: 30,
  outbox: 90,
  push: 60,
  studied: 90,
  leaver: leaverDays,
  audit: 730,
  dues: 730,
  simulatorChat: 30,
  botChat: 1,
  botInbox: 1,
  upload: 30,
  submission: 400,
  nominationAsked: nominationDays,
  nomination: 400,
} as const;

export async function forgetOld(parts: JobParts, at: Instant): Promise<void> {
  const before = (days: number) => new Date(at - days * dayLength);
  const gone = await forget(parts.pool, {
    inbound: before(retentionDays.inbound),
    sessionEnd: before(retentionDays.sessionEnd),
    outbox: before(retentionDays.outbox),
    push: before(retentionDays.push),
    studied: before(retentionDays.studied),
    audit: before(retentionDays.audit),
    dues: before(retentionDays.dues),
    attachment: new Date(at),
    upload: before(retentionDays.upload),
    submission: before(retentionDays.submission),
    nominationAsked: before(retentionDays.nominationAsked),
    nomination: before(retentionDays.nomination),
    simulatorChat: before(retentionDays.simulatorChat),
    botChat: before(retentionDays.botChat),
    botInbox: before(retentionDays.botInbox),
    webSession: new Date(at),
    bindingCode: new Date(at),
    anonymousTaken: new Date(at),
  });
  const leavers = await forgetLeavers(parts.pool, before(retentionDays.leaver), at);
  parts.log.info(leavers > 0 ? { ...gone, leavers } : gone, 'old rows forgotten');
}
