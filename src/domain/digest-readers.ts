// Who gets a unit's weekly digest. For them it is the one push of its day.

import type { Member, Unit } from './organisation.ts';

/** The secretaries; the deputies where there is none. Above branches those who may see counts. `members` are those of the unit and its Party groups. */
export function digestReaders(unit: Pick<Unit, 'kind'>, members: readonly Member[]): Member[] {
  const having = (role: Member['roles'][number]) => members.filter(({ roles }) => roles.includes(role));
  const secretaries = having('secretary');
  if (secretaries.length > 0) return secretaries;
  const deputies = having('deputy');
  return deputies.length > 0 || unit.kind === 'branch' ? deputies : having('higher-viewer');
}
