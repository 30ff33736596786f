// Whom something is meant for, and whom nobody is asked about. Decides by tags only.

import type { Member, Tag } from './organisation.ts';

/** True when a member belongs to an audience; no audience means everybody, and a member without any tag is an ordinary one. */
export function belongsTo(audience: readonly Tag[] | undefined, member: Pick<Member, 'tags'>): boolean {
  if (!audience?.length) return true;
  const own: readonly Tag[] = member.tags.length > 0 ? member.tags : ['ordinary'];
  return own.some((tag) => audience.includes(tag));
}

/** True for members who are welcome but never named as missing: those away from the branch and the elderly (domain notes 1F, 127–128). */
export function isExempt(member: Pick<Member, 'tags'>): boolean {
  return member.tags.includes('mobile') || member.tags.includes('elderly');
}
