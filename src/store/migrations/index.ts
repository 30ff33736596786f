// The typed table of all migrations, in order. To add one: a new file, a new line here.

import type { Migration } from '../migrate.ts';
import { ground } from './0001-ground.ts';
import { wecomBot } from './0002-wecom-bot.ts';
import { contacts } from './0003-contacts.ts';
import { uploads } from './0004-uploads.ts';
import { wechaty } from './0005-wechaty.ts';
import { botComplete } from './0006-bot-complete.ts';
import { doorTrouble } from './0007-door-trouble.ts';
import { inboundWaiting } from './0008-inbound-waiting.ts';
import { calendar } from './0009-calendar.ts';
import { anonymousForms } from './0010-anonymous-forms.ts';
import { lookUps } from './0011-look-ups.ts';

export const migrations: readonly Migration[] = [
  { name: '0001-ground', sql: ground, fills: ['org_version'] },
  { name: '0002-wecom-bot', sql: wecomBot },
  { name: '0003-contacts', sql: contacts },
  { name: '0004-uploads', sql: uploads },
  { name: '0005-wechaty', sql: wechaty },
  { name: '0006-bot-complete', sql: botComplete },
  { name: '0007-door-trouble', sql: doorTrouble },
  { name: '0008-inbound-waiting', sql: inboundWaiting },
  { name: '0009-calendar', sql: calendar },
  { name: '0010-anonymous-forms', sql: anonymousForms },
  { name: '0011-look-ups', sql: lookUps },
];
