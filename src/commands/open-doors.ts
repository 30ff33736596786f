// Which doors the settings open, by the names an operator knows. Asks nobody whether they work.

import type { Config } from '../config.ts';
import type { DoorName } from '../domain/door-health.ts';
import type { Unit } from '../domain/organisation.ts';

/** `units`: whose groups are registered. Half a door's settings open none. */
export function openDoors(
  { wecom, simulator, isReal, environment: given }: Config,
  units: readonly Pick<Unit, 'groups'>[],
): readonly DoorName[] {
  const bot = (given.WECOM_BOT_ID && given.WECOM_BOT_SECRET) || (given.WECOM_BOT_TOKEN && given.WECOM_BOT_AES_KEY);
  const groupsIn = (channel: 'wecom' | 'webhook') => units.some(({ groups }) => groups[channel] !== undefined);
  const open: readonly (readonly [DoorName, unknown])[] = [
    ['wecom', wecom],
    ['wecom-bot', bot],
    ['appchat', wecom && groupsIn('wecom')],
    ['webhook', isReal && groupsIn('webhook')],
    ['contacts', given.WECOM_CORP_ID && given.WECOM_CONTACT_SECRET],
    ['wechaty', given.WECHATY_PUPPET || given.WECHATY_TOKEN],
    ['simulator', simulator],
  ];
  return open.filter(([, opens]) => Boolean(opens)).map(([door]) => door);
}
