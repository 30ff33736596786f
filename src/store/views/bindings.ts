// What the conversations about bindings need: which doors bind by codes, what is bound, and a code that nobody has.

import { randomInt } from 'node:crypto';
import { freeCode } from '../binding-codes.ts';
import type { View } from './view.ts';

/** `open`: WeChat is there; `groups`: groups can be bound; `room` and `group`: the branch's in WeChat and in WeCom, for who may unbind it. `code` is fresh at every look and is nothing until an effect keeps it. */
export const bindings: View = async ({ client, channels, member, unit }) => {
  const { rowCount } = await client.query(`select 1 from account where channel = 'wechaty' and member = $1`, [
    member.id,
  ]);
  const isLeader = member.roles.includes('secretary') || member.roles.includes('deputy');
  return {
    open: channels.includes('wechaty'),
    bound: rowCount === 1,
    groups: channels.includes('wechaty') || channels.includes('wecom-bot'),
    room: unit.groups.wechaty !== undefined && isLeader,
    group: unit.groups['wecom-bot'] !== undefined && isLeader,
    code: await freeCode(client, randomInt),
  };
};
