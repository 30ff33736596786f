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

/** The tags by which texts are chosen: the short, large ones for elders and for whoever asked for them. */
export function textTags({ tags, reminders }: Pick<Member, 'tags' | 'reminders'>): readonly Tag[] {
  if (reminders.large === undefined || reminders.large === null) return tags;
  const others = tags.filter((tag) => tag !== 'elderly');
  return reminders.large ? [...others, 'elderly'] : others;
}
