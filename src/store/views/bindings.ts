// What the conversations about WeChat need: whether it is connected, what is bound, and a code that nobody has.

import { randomInt } from 'node:crypto';
import { freeCode } from '../binding-codes.ts';
import type { View } from './view.ts';

/** `code` is fresh at every look and is nothing until an effect keeps it. */
export const bindings: View = async ({ client, channels, member, unit }) => {
  const { rowCount } = await client.query(`select 1 from account where channel = 'wechaty' and member = $1`, [
    member.id,
  ]);
  const isLeader = member.roles.includes('secretary') || member.roles.includes('deputy');
  return {
    open: channels.includes('wechaty'),
    bound: rowCount === 1,
    room: unit.groups.wechaty !== undefined && isLeader,
    code: await freeCode(client, randomInt),
  };
};
