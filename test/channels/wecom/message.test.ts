import { describe, expect, test } from 'vitest';
import type { Content } from '../../../src/channels/channel.ts';
import { understand } from '../../../src/channels/wecom/message.ts';

const agentId = 1000002;

/** A callback as WeCom writes it: text in CDATA, numbers bare. */
function xml(fields: Record<string, string>, base: Record<string, string> = {}): string {
  const all = {
    ToUserName: 'ww0123456789abcdef',
    FromUserName: 'wangfang',
    CreateTime: '1700000100',
    ...base,
    ...fields,
  };
  const inside = Object.entries(all).map(([name, value]) =>
    value.startsWith('<') || /^\d+$/.test(value)
      ? `<${name}>${value}</${name}>`
      : `<${name}><![CDATA[${value}]]></${name}>`,
  );
  return `<xml>${inside.join('\n')}</xml>`;
}

const message = (fields: Record<string, string>) =>
  xml(fields, { MsgId: '7301234567890123456', AgentID: String(agentId) });
const event = (fields: Record<string, string>) => xml(fields, { MsgType: 'event', AgentID: String(agentId) });

function inboundOf(text: string) {
  const understood = understand(text, agentId);
  if (understood.kind !== 'inbound') throw new Error(JSON.stringify(understood));
  return understood.inbound;
}

test('a text becomes an inbound message', () => {
  expect(understand(message({ MsgType: 'text', Content: '下次活动几点' }), agentId)).toEqual({
    kind: 'inbound',
    answerable: true,
    inbound: {
      channel: 'wecom',
      messageId: '7301234567890123456',
      account: 'wangfang',
      at: 1_700_000_100_000,
      place: { kind: 'private' },
      content: { kind: 'text', text: '下次活动几点' },
    },
  });
});

test('ids stay what they are: 007 keeps its zeros, and two ids that are one as a double stay two', () => {
  expect(inboundOf(message({ MsgType: 'text', FromUserName: '007', Content: '1' })).account).toBe('007');
  const ids = ['9007199254740992', '9007199254740993'].map(
    (MsgId) => inboundOf(message({ MsgType: 'text', Content: '1', MsgId })).messageId,
  );
  expect(new Set(ids).size).toBe(2);
});

test.each([
  ['spaces and line breaks around it', '  第一行\n第二行  '],
  ['markup', '<b>a</b> & <!DOCTYPE html> <xml>'],
  ['the end of a CDATA section', 'a]]>b]]'],
  ['emoji and rare characters', '好的👨‍👩‍👧 𠮷'],
])('a text keeps %s', (_name, text) => {
  const split = text.replaceAll(']]>', ']]]]><![CDATA[>');
  const inbound = inboundOf(
    `<xml><MsgType>text</MsgType><Content><![CDATA[${split}]]></Content><MsgId>1</MsgId><CreateTime>1700000100</CreateTime><FromUserName>a</FromUserName></xml>`,
  );
  expect(inbound.content).toEqual({ kind: 'text', text });
});

test('the order of elements, CDATA or not, and a missing AgentID make no difference', () => {
  const plain =
    '<?xml version="1.0"?>\n<xml>\n <MsgId>12</MsgId>\n <Content>签到 &amp; 请假 &#8212; &lt;好&gt;</Content>\n <MsgType>text</MsgType>\n <CreateTime>1700000100</CreateTime>\n <FromUserName>\n  wangfang\n </FromUserName>\n</xml>\n';
  expect(inboundOf(plain)).toMatchObject({
    messageId: '12',
    account: 'wangfang',
    content: { kind: 'text', text: '签到 & 请假 — <好>' },
  });
});

test('a line break is a line break, however it was typed', () => {
  expect(inboundOf(message({ MsgType: 'text', Content: '一\r\n二\r三' })).content).toEqual({
    kind: 'text',
    text: '一\n二\n三',
  });
});

test('NUL and lone surrogates never get in', () => {
  expect(inboundOf(message({ MsgType: 'text', Content: 'a\0b\ud800c' })).content).toEqual({
    kind: 'text',
    text: 'ab\ufffdc',
  });
});

test.each<[string, Record<string, string>, Content]>([
  [
    'image',
    { MsgType: 'image', PicUrl: 'https://p.example/1', MediaId: 'M1' },
    { kind: 'upload', media: 'image', ref: 'M1' },
  ],
  ['voice', { MsgType: 'voice', MediaId: 'M2', Format: 'amr' }, { kind: 'upload', media: 'voice', ref: 'M2' }],
  [
    'voice that is already written down',
    { MsgType: 'voice', MediaId: 'M2', Format: 'amr', Recognition: '今天学习了' },
    { kind: 'upload', media: 'voice', ref: 'M2', says: '今天学习了' },
  ],
  ['video', { MsgType: 'video', MediaId: 'M3', ThumbMediaId: 'M4' }, { kind: 'upload', media: 'video', ref: 'M3' }],
  [
    'file',
    { MsgType: 'file', MediaId: 'M5', FileName: '名单.xlsx' },
    { kind: 'upload', media: 'file', ref: 'M5', name: '名单.xlsx' },
  ],
  ['image without bytes', { MsgType: 'image' }, { kind: 'other', type: 'image' }],
  [
    'location',
    { MsgType: 'location', Location_X: '31.2', Location_Y: '121.4', Scale: '15', Label: '公园' },
    { kind: 'other', type: 'location' },
  ],
  [
    'link',
    { MsgType: 'link', Title: 't', Description: 'd', Url: 'https://e.example' },
    { kind: 'other', type: 'link' },
  ],
  ['a type nobody knows yet', { MsgType: 'hologram', Content: 'x' }, { kind: 'other', type: 'hologram' }],
  ['an empty text', { MsgType: 'text', Content: '' }, { kind: 'text', text: '' }],
])('message: %s', (_name, fields, content) => {
  expect(inboundOf(message(fields)).content).toEqual(content);
});

test.each<[string, Record<string, string>, Content, boolean]>([
  ['enter_agent', { Event: 'enter_agent', EventKey: '' }, { kind: 'enter' }, true],
  ['subscribe', { Event: 'subscribe' }, { kind: 'enter' }, true],
  ['a menu entry', { Event: 'click', EventKey: '签到' }, { kind: 'text', text: '签到' }, true],
  ['a menu entry without a key', { Event: 'click', EventKey: '' }, { kind: 'other', type: 'click' }, true],
  ['view', { Event: 'view', EventKey: 'https://e.example' }, { kind: 'other', type: 'view' }, true],
  ['LOCATION', { Event: 'LOCATION', Latitude: '31.2', Longitude: '121.4' }, { kind: 'other', type: 'LOCATION' }, true],
  [
    'scancode',
    { Event: 'scancode_push', EventKey: 'k', ScanCodeInfo: '<ScanType>qrcode</ScanType><ScanResult>1</ScanResult>' },
    { kind: 'other', type: 'scancode_push' },
    false,
  ],
  [
    'pictures',
    {
      Event: 'pic_weixin',
      EventKey: 'k',
      SendPicsInfo: '<Count>1</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList>',
    },
    { kind: 'other', type: 'pic_weixin' },
    false,
  ],
  [
    'a button of a card',
    {
      Event: 'template_card_event',
      EventKey: 'rsvp:yes',
      TaskId: 't1',
      CardType: 'button_interaction',
      ResponseCode: 'rc1',
      SelectedItems: '',
    },
    { kind: 'tap', data: 'rsvp:yes', update: 'rc1' },
    false,
  ],
  [
    'a corner menu of a card',
    { Event: 'template_card_menu_event', EventKey: 'more', TaskId: 't1', ResponseCode: 'rc2' },
    { kind: 'tap', data: 'more', update: 'rc2' },
    true,
  ],
  [
    'one choice on a card',
    {
      Event: 'template_card_event',
      EventKey: 'poll',
      ResponseCode: 'rc3',
      SelectedItems:
        '<SelectedItem><QuestionKey><![CDATA[day]]></QuestionKey><OptionIds><OptionId><![CDATA[sat]]></OptionId></OptionIds></SelectedItem>',
    },
    { kind: 'tap', data: 'poll?day=sat', update: 'rc3' },
    false,
  ],
  [
    'several choices, and a question left open',
    {
      Event: 'template_card_event',
      EventKey: 'poll',
      ResponseCode: 'rc4',
      SelectedItems:
        '<SelectedItem><QuestionKey>day</QuestionKey><OptionIds></OptionIds></SelectedItem><SelectedItem><QuestionKey>meal</QuestionKey><OptionIds><OptionId>rice</OptionId><OptionId>soup &amp; bread</OptionId></OptionIds></SelectedItem>',
    },
    { kind: 'tap', data: 'poll?meal=rice&meal=soup+%26+bread', update: 'rc4' },
    false,
  ],
  ['an event nobody knows yet', { Event: 'moon_phase' }, { kind: 'other', type: 'moon_phase' }, false],
])('event: %s', (_name, fields, content, answerable) => {
  expect(understand(event(fields), agentId)).toMatchObject({ kind: 'inbound', answerable, inbound: { content } });
});

describe('events have an id of their own', () => {
  const tap = { Event: 'template_card_event', EventKey: 'a', TaskId: 't', ResponseCode: 'r1' };
  const idOf = (fields: Record<string, string>) => inboundOf(event({ ...tap, ...fields })).messageId;

  test('a repeat has the same one', () => expect(idOf({})).toBe(idOf({})));

  test.each([
    { EventKey: 'b' },
    { ResponseCode: 'r2' },
    { TaskId: 't2' },
    { CreateTime: '1700000101' },
    { FromUserName: 'zhaolei' },
    { Event: 'template_card_menu_event' },
  ])('another one with %j', (other) => expect(idOf(other)).not.toBe(idOf({})));
});

test('a message for another app is refused with 403, in either spelling', () => {
  for (const name of ['AgentID', 'AgentId']) {
    const text = xml({ MsgType: 'text', Content: 'x', MsgId: '1', [name]: '1000003' });
    expect(understand(text, agentId)).toMatchObject({ kind: 'refused', status: 403 });
  }
});

test.each([
  ['nothing', ''],
  ['plain text', 'hello'],
  ['JSON', '{"MsgType":"text"}'],
  ['another root', '<html><MsgType>text</MsgType></html>'],
  ['tags that do not match', '<xml><FromUserName>a</FromUserNam></xml>'],
  ['no end', message({ MsgType: 'text', Content: 'x' }).slice(0, -6)],
  ['no sender', '<xml><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>'],
  ['two senders', message({ MsgType: 'text', Content: 'x' }).replace('<xml>', '<xml><FromUserName>b</FromUserName>')],
  ['a time that is none', message({ MsgType: 'text', Content: 'x', CreateTime: 'now' })],
  ['a reserved name', '<xml><__proto__>1</__proto__><constructor>2</constructor></xml>'],
  ['a document type', `<!DOCTYPE xml [<!ENTITY a "b">]>${message({ MsgType: 'text', Content: 'x' })}`],
  [
    'an entity of its own',
    `<!DOCTYPE xml [<!ENTITY a "b">]><xml><FromUserName>a</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>&a;</Content></xml>`,
  ],
  ['a hundred thousand levels', `<xml>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</xml>`],
])('%s is refused with 400', (_name, text) => {
  expect(understand(text, agentId)).toMatchObject({ kind: 'refused', status: 400 });
});
