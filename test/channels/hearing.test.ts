import { simulatorDoor, terminalDoor } from '../../src/rehearsal/doors.ts';
import { wechatyRehearsalDoor } from '../../src/rehearsal/wechaty-door.ts';
import { wecomAppDoor } from '../../src/rehearsal/wecom-app-door.ts';
import { wecomBotCallbackDoor, wecomBotDoor } from '../../src/rehearsal/wecom-bot-door.ts';
import { defineHearingContract } from '../contracts/hearing.ts';

defineHearingContract('simulator', { channel: 'simulator', open: simulatorDoor, writesVoiceDown: true });

defineHearingContract('terminal', {
  channel: 'terminal',
  open: terminalDoor,
  cannot: ['tap', 'enter', 'upload', 'other'],
});

defineHearingContract('wecom', {
  channel: 'wecom',
  open: wecomAppDoor,
  cannot: ['group'],
  writesVoiceDown: true,
});

defineHearingContract('wecom-bot over its long connection', {
  channel: 'wecom-bot',
  open: wecomBotDoor,
  writesVoiceDown: true,
});

defineHearingContract('wecom-bot by callbacks', {
  channel: 'wecom-bot',
  open: wecomBotCallbackDoor,
  cannot: ['tap', 'push'],
  writesVoiceDown: true,
});

defineHearingContract('wechaty', {
  channel: 'wechaty',
  open: wechatyRehearsalDoor,
  cannot: ['tap', 'enter'],
  groupOf: (unit) => `${unit}@chatroom`,
});
