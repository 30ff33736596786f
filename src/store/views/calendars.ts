// The addresses of the calendars a member may subscribe to: their own and the branch's.

import { randomBytes } from 'node:crypto';
import { isCommittee } from '../../domain/meeting.ts';
import { feedToken } from '../calendar-feeds.ts';
import type { View } from './view.ts';

/** Tokens are fresh where there is none yet, and are nothing until an effect keeps them. */
export const calendars: View = async ({ client, unit, member, address }) => {
  const of = async (whose: string | null) => {
    const fresh = randomBytes(32).toString('base64url');
    const token = (await feedToken(client, { unit: unit.id, member: whose })) ?? fresh;
    const link = (one: string) => `${address ?? ''}/calendar/${one}.ics`;
    return { token, url: link(token), fresh, freshUrl: link(fresh) };
  };
  return {
    own: await of(member.id),
    branch: await of(null),
    mayRenew: isCommittee(member),
    hasAddress: address !== undefined,
  };
};
