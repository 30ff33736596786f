import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Content } from '../../../src/channels/channel.ts';
import { mentionReader } from '../../../src/channels/wecom-bot/mention.ts';
import { understandBot } from '../../../src/channels/wecom-bot/message.ts';

const arrivedAt = 1_764_900_000_123;
const message = (fields: object) => ({ msgid: 'm1', chattype: 'single', from: { userid: 'WangFang' }, ...fields });
const hear = (fields: object, botName?: string) =>
  understandBot(message(fields), { arrivedAt, withoutMention: mentionReader(botName) });
function content(fields: object, botName?: string): Content {
  const heard = hear(fields, botName);
  if (heard.kind !== 'inbound') throw new Error(JSON.stringify(heard));
  return heard.inbound.content;
}
const inGroup = { chattype: 'group', chatid: 'wrGroup' };
const text = (words: string) => ({ msgtype: 'text', text: { content: words } });

describe('what the AI bot hears', () => {
  test('a text in private', () => {
    expect(hear(text('签到'))).toEqual({
      kind: 'inbound',
      inbound: {
        channel: 'wecom-bot',
        messageId: 'm1',
        account: 'WangFang',
        at: arrivedAt,
        place: { kind: 'private' },
        content: { kind: 'text', text: '签到' },
      },
      chat: 'WangFang',
      answer: 'stream',
      wrote: true,
    });
  });

  test('a mention in a group, without the name and without what it quotes', () => {
    const heard = hear({ ...inGroup, ...text('@小助手 今天谁值班'), quote: text('上周的表') });
    expect(heard).toMatchObject({
      inbound: { place: { kind: 'group', group: 'wrGroup' }, content: { kind: 'text', text: '今天谁值班' } },
      chat: 'wrGroup',
    });
  });

  test.each([
    ['@小助手 签到', undefined, '签到'],
    ['@小助手\u2005签到', undefined, '签到'],
    ['  @小助手 @王芳 到了', undefined, '王芳 到了'],
    ['到了 @赵磊 @李洁 @小助手', '小助手', '到了 赵磊 李洁'],
    ['@小助手 写到 a@b.cn', '小助手', '写到 a@b.cn'],
    ['@小助(手)+ 签到', '小助(手)+', '签到'],
    ['@小助手', undefined, ''],
    ['签到', undefined, '签到'],
    ['签到 @支部 小助手', '支部 小助手', '签到'],
    ['@支部 小助手签到', '支部 小助手', '签到'],
    ['@王芳 到了', '小助手', '王芳 到了'],
  ])('in a group %j to the bot called %j means %j', (said, botName, meant) => {
    expect(content({ ...inGroup, ...text(said) }, botName)).toEqual({ kind: 'text', text: meant });
  });

  test('in private an @ is part of what is said', () => {
    expect(content(text('@王芳 到了'))).toEqual({ kind: 'text', text: '@王芳 到了' });
  });

  test('voice arrives as words', () => {
    expect(content({ msgtype: 'voice', voice: { content: '今天下午去社区' } })).toEqual({
      kind: 'upload',
      media: 'voice',
      ref: '',
      says: '今天下午去社区',
    });
  });

  test.each(['image', 'file', 'video'] as const)('%s keeps its address and key', (kind) => {
    const file = { url: 'https://files.example.org/1', aeskey: 'a2V5' };
    expect(content({ msgtype: kind, [kind]: file })).toEqual({
      kind: 'upload',
      media: kind,
      ref: JSON.stringify(file),
    });
  });

  test('of text and pictures the text counts, of pictures alone the first', () => {
    const picture = { msgtype: 'image', image: { url: 'https://files.example.org/1' } };
    const mixed = (items: object[]) => content({ msgtype: 'mixed', mixed: { msg_item: items } });
    expect(mixed([text('看这个'), picture])).toMatchObject({ kind: 'upload', media: 'image', says: '看这个' });
    expect(mixed([text('看这个')])).toEqual({ kind: 'text', text: '看这个' });
    expect(mixed([picture, picture])).toMatchObject({ kind: 'upload', media: 'image' });
  });

  test('something new is named, not lost', () => {
    expect(content({ msgtype: 'location' })).toEqual({ kind: 'other', type: 'location' });
  });

  test('opening the chat', () => {
    expect(hear({ msgtype: 'event', create_time: 1_700_000_300, event: { eventtype: 'enter_chat' } })).toMatchObject({
      inbound: { at: 1_700_000_300_000, content: { kind: 'enter' } },
      answer: 'welcome',
      wrote: false,
    });
  });

  test.each([true, false])('a pressed card with what was ticked (nested: %s)', (nested) => {
    const pressed = {
      event_key: 'rsvp:submit',
      task_id: 't1',
      selected_items: {
        selected_item: [
          { question_key: 'day', option_ids: { option_id: ['sat'] } },
          { question_key: 'meal', option_ids: { option_id: ['rice', '汤'] } },
        ],
      },
    };
    const event = { eventtype: 'template_card_event', ...(nested ? { template_card_event: pressed } : pressed) };
    expect(hear({ msgtype: 'event', event })).toMatchObject({
      inbound: { content: { kind: 'tap', data: 'rsvp:submit?day=sat&meal=rice&meal=%E6%B1%A4' } },
      answer: 'nothing',
      wrote: false,
    });
  });

  test.each([
    ['no selection', {}, 'ack'],
    ['an empty selection', { selected_items: { selected_item: [] } }, 'ack'],
    [
      'one item instead of a list',
      { selected_items: { selected_item: { question_key: 'day', option_ids: { option_id: 'sat' } } } },
      'ack?day=sat',
    ],
  ])('a pressed card with %s', (_name, fields, data) => {
    const event = { eventtype: 'template_card_event', template_card_event: { event_key: 'ack', ...fields } };
    expect(content({ msgtype: 'event', event })).toEqual({ kind: 'tap', data });
  });

  test('events without an id get one that tells different ones apart and equal ones not', () => {
    const press = (key: string) => {
      const event = { eventtype: 'template_card_event', template_card_event: { event_key: key } };
      const heard = hear({ msgid: undefined, create_time: 1_700_000_300, msgtype: 'event', event });
      return heard.kind === 'inbound' ? heard.inbound.messageId : undefined;
    };
    expect(press('a')).toMatch(/^event-.{43}$/);
    expect(press('a')).toBe(press('a'));
    expect(press('a')).not.toBe(press('b'));
  });

  test.each(['feedback_event', 'disconnected_event', 'auth_change_event', 'whatever_comes'])(
    '%s is nobody’s words',
    (eventtype) => {
      expect(hear({ from: undefined, msgtype: 'event', event: { eventtype } })).toEqual({
        kind: 'nothing',
        what: eventtype,
      });
    },
  );

  test('a poll names its stream', () => {
    expect(hear({ msgtype: 'stream', stream: { id: 'S1' } })).toEqual({ kind: 'poll', stream: 'S1' });
  });

  test.each([
    null,
    [],
    'x',
    7,
    {},
    { msgtype: 'text' },
    { msgtype: 'text', from: { userid: '' } },
    { msgtype: 'stream' },
    { msgtype: 'text', from: { userid: '\u0000' } },
  ])('%j is refused', (json) => {
    expect(understandBot(json, { arrivedAt, withoutMention: mentionReader() }).kind).toBe('refused');
  });

  test('an id of NUL is as good as none', () => {
    const heard = hear({ msgid: '\u0000', ...text('签到'), from: { userid: 'wang\u0000fang' } });
    expect(heard).toMatchObject({ inbound: { messageId: expect.stringMatching(/^event-/), account: 'wangfang' } });
    expect(hear({ ...text('签到'), chattype: 'group', chatid: '\u0000' })).toEqual({ kind: 'refused', why: 'chatid' });
  });

  test('a group message without its group is refused', () => {
    expect(hear({ chattype: 'group', ...text('签到') })).toEqual({ kind: 'refused', why: 'chatid' });
  });

  test('no JSON at all makes it throw, and no text keeps NUL or half a character', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (json, words) => {
        understandBot(json, { arrivedAt, withoutMention: mentionReader() });
        const said = content(text(`${words}\u0000\ud800`));
        if (said.kind === 'text') expect(said.text.isWellFormed() && !said.text.includes('\0')).toBe(true);
      }),
    );
  });
});
