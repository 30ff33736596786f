import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { openText, sealText, sign } from '../../src/rehearsal/fake-wecom/seal.ts';

const start = Date.parse('2026-12-05T09:00:00+08:00');
const hour = 3_600_000;
const { corpId, agentId, secret } = fakeCredentials;
const keys = { ...fakeCredentials, receiveId: corpId };

let now: number;
let wecom: FakeWecom;
let listener: Server;
let heard: string[];
let answer: string;

/** Who stands at the callback address: writes down what comes, answers with `answer` sealed. */
function listen(): Promise<string> {
  heard = [];
  answer = '';
  listener = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      heard.push(openText(keys, /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)![1]!));
      const encrypted = sealText(keys, answer);
      const seconds = String(now / 1000);
      response.end(
        answer &&
          `<xml><Encrypt>${encrypted}</Encrypt><MsgSignature>${sign(keys.token, seconds, '1', encrypted)}</MsgSignature><TimeStamp>${seconds}</TimeStamp><Nonce>1</Nonce></xml>`,
      );
    });
  });
  return new Promise((resolve) =>
    listener.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/`)),
  );
}

let token: string;
async function open(options: FakeWecomOptions = {}): Promise<void> {
  now = start;
  wecom = await startFakeWecom({ now: () => now, callback: await listen(), ...options });
  token = await newToken(secret);
}
afterEach(async () => {
  await wecom.close();
  listener.close();
});

type Json = Record<string, unknown> & { errcode: number };

async function newToken(of: string): Promise<string> {
  const response = await fetch(`${wecom.url}/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${of}`);
  return String(((await response.json()) as Json).access_token);
}

async function call(path: string, body: object): Promise<Json> {
  const address = `${wecom.url}/cgi-bin/${path}?access_token=${token}`;
  return (await (await fetch(address, { method: 'POST', body: JSON.stringify(body) })).json()) as Json;
}

const button = (text: string, key = text) => ({ text, key });
const card = (fields: object = {}) => ({
  card_type: 'button_interaction',
  main_title: { title: '参加吗' },
  button_list: [button('参加', 'yes'), button('请假', 'no')],
  task_id: 't1',
  ...fields,
});
const option = (id: string, text = id) => ({ id, text, is_checked: false });
const vote = (count = 3, mode = 1) => ({
  card_type: 'vote_interaction',
  main_title: { title: '谁到了' },
  button_list: undefined,
  checkbox: {
    question_key: 'o',
    mode,
    option_list: Array.from({ length: count }, (_, n) => option(`p${n}`, `人${n}`)),
  },
  submit_button: { text: '选好了', key: 'm:1:who' },
});
const lists = (count: number) => ({
  ...vote(),
  card_type: 'multiple_interaction',
  checkbox: undefined,
  select_list: Array.from({ length: count }, (_, n) => ({ question_key: `q${n}`, option_list: [option('a')] })),
});
const send = (fields: object = {}, frame: object = {}) =>
  call('message/send', {
    touser: 'wangfang|zhaolei',
    msgtype: 'template_card',
    agentid: agentId,
    template_card: card(fields),
    ...frame,
  });
const update = (fields: object) => call('message/update_template_card', { agentid: agentId, ...fields });
const reply = (inner: string) =>
  `<xml><ToUserName>wangfang</ToUserName><FromUserName>${corpId}</FromUserName><CreateTime>1</CreateTime>${inner}</xml>`;
const greyed = (words: string) =>
  reply(`<MsgType>update_button</MsgType><Button><ReplaceName>${words}</ReplaceName></Button>`);

describe('13 a card', () => {
  beforeEach(() => open());

  test('13 arrives with its buttons, and gives a code to change it by', async () => {
    expect(await send()).toMatchObject({ errcode: 0, response_code: expect.any(String) });
    expect(wecom.inbox('wangfang').map(({ text }) => text)).toEqual(['参加吗\n[参加] [请假]']);
  });

  test.each<[string, object, number]>([
    ['a kind nobody knows', { card_type: 'x' }, 42031],
    ['no task_id', { task_id: '' }, 42014],
    ['a task_id with a space', { task_id: 'a b' }, 42014],
    ['a task_id of 129 characters', { task_id: 'a'.repeat(129) }, 42014],
    ['no title', { main_title: {} }, 42033],
    ['seven buttons', { button_list: Array.from({ length: 7 }, (_, n) => button(`b${n}`)) }, 42038],
    ['no button', { button_list: [] }, 42038],
    ['a button without text', { button_list: [button('')] }, 42038],
    ['a button without key', { button_list: [button('a', '')] }, 42039],
    ['a key of 1,025 bytes', { button_list: [button('a', 'x'.repeat(1025))] }, 42039],
    ['one key twice', { button_list: [button('a', 'x'), button('b', 'x')] }, 42039],
    ['a button to nowhere', { button_list: [{ type: 1, text: 'a', url: 'e.example' }] }, 42028],
    ['seven lines', { horizontal_content_list: Array(7).fill({ keyname: 'a' }) }, 42035],
    ['four jumps', { jump_list: Array(4).fill({ title: 'a' }) }, 42042],
    ['five paragraphs', { vertical_content_list: Array(5).fill({ title: 'a' }) }, 42036],
    ['four lists', { ...lists(4) }, 42047],
    ['no list at all', { ...lists(0) }, 42047],
    ['a menu with one key twice', { action_menu: { action_list: [button('a', 'x'), button('b', 'x')] } }, 42051],
    ['a notice that leads nowhere', { card_type: 'text_notice' }, 42045],
    ['a vote without a question', { card_type: 'vote_interaction', checkbox: { option_list: [option('a')] } }, 42043],
    [
      'two options of one id',
      { ...vote(), checkbox: { ...vote().checkbox, option_list: [option('a'), option('a')] } },
      42040,
    ],
    ['an option without text', { ...vote(), checkbox: { ...vote().checkbox, option_list: [option('a', '')] } }, 42041],
    [
      'an option id of 129 bytes',
      { ...vote(), checkbox: { ...vote().checkbox, option_list: [option('x'.repeat(129))] } },
      42040,
    ],
    ['21 options', { ...vote(21) }, 42037],
    ['a list that nothing hands in', { ...vote(), submit_button: { text: '提交' } }, 42046],
    ['a vote without options', { card_type: 'vote_interaction', checkbox: { question_key: 'q' } }, 42037],
  ])('13 with %s is refused', async (_name, fields, code) => {
    expect((await send(fields)).errcode).toBe(code);
    expect(wecom.inbox()).toEqual([]);
  });

  test('13 gives a code only where it calls back: a notice does with a corner menu', async () => {
    const notice = { card_type: 'text_notice', card_action: { type: 1, url: 'https://e.example' } };
    const plain = await send({ ...notice, task_id: undefined });
    expect([plain.errcode, plain.response_code]).toEqual([0, undefined]);
    const menu = { desc: '更多', action_list: [button('不再提醒', 'off')] };
    const withMenu = await send({ ...notice, task_id: 't2', action_menu: menu });
    expect([withMenu.errcode, typeof withMenu.response_code]).toEqual([0, 'string']);
    const asking = await send({ ...vote(), task_id: 't3' });
    expect([asking.errcode, typeof asking.response_code]).toEqual([0, 'string']);
  });

  test('13 whose task_id was used before is refused, also after a day', async () => {
    await send();
    now += 24 * hour;
    token = await newToken(secret);
    expect((await send({ main_title: { title: '别的' } })).errcode).toBe(42014);
    expect((await send({ task_id: 't2' })).errcode).toBe(0);
  });

  test('13 that needs an answer is refused without a callback address; a plain notice is not', async () => {
    wecom.setCallback('');
    expect((await send()).errcode).toBe(43012);
    const notice = { card_type: 'text_notice', card_action: { type: 1, url: 'https://e.example' } };
    expect((await send(notice)).errcode).toBe(0);
  });
});

test.each([
  ['kept-back', 0],
  ['refuse', 42014],
] as const)('13 the same card again with the duplicate check: %s', async (repeatedCard, code) => {
  await open({ switches: { repeatedCard } });
  const checked = { enable_duplicate_check: 1 };
  await send({}, checked);
  expect((await send({}, checked)).errcode).toBe(code);
  expect(wecom.inbox('wangfang')).toHaveLength(1);
});

describe('27 a press', () => {
  beforeEach(() => open());

  test('27 tells us which button of which card, with a new code each time', async () => {
    await send();
    await Promise.all([
      wecom.tap({ user: 'WangFang', label: '参加' }),
      wecom.tap({ user: 'wangfang', key: 'yes', task_id: 't1' }),
    ]);
    expect(heard).toHaveLength(2);
    for (const xml of heard) {
      for (const field of ['template_card_event', 'yes', 't1', 'button_interaction'])
        expect(xml).toContain(`<![CDATA[${field}]]>`);
    }
    const codes = heard.map((xml) => /<ResponseCode>(.*)<\/ResponseCode>/.exec(xml)![1]);
    expect(new Set(codes).size).toBe(2);
  });

  test.each([
    [[], []],
    [['p1'], ['p1']],
    [
      ['p2', '人0'],
      ['p0', 'p2'],
    ],
  ])('27 that hands in a list with %j ticked tells which', async (options, ids) => {
    await send({ ...vote() });
    expect(wecom.inbox('wangfang').at(-1)!.text).toBe('谁到了\n□ 人0\n□ 人1\n□ 人2\n[选好了]');
    await wecom.tap({ user: 'wangfang', options });
    expect(heard[0]).toContain('<EventKey><![CDATA[m:1:who]]></EventKey>');
    expect(heard[0]).toContain('<QuestionKey><![CDATA[o]]></QuestionKey>');
    expect([...heard[0]!.matchAll(/<OptionId><!\[CDATA\[(.*?)\]\]>/g)].map((one) => one[1])).toEqual(ids);
  });

  test('27 ticks one where only one may be, and nothing that is not there', async () => {
    await send({ ...vote(3, 0) });
    await wecom.tap({ user: 'wangfang', options: ['p0', 'p1'] });
    expect(heard[0]!.match(/<OptionId>/g)).toHaveLength(1);
    await expect(wecom.tap({ user: 'wangfang', options: ['p9'] })).rejects.toThrow('没有收到');
  });

  test('27 twice within a tenth of a second is two events with codes of their own', async () => {
    await send();
    await wecom.tap({ user: 'wangfang', label: '参加', twice: true });
    expect(heard).toHaveLength(2);
    expect(heard[0]!.replace(/<ResponseCode>.*?<\/ResponseCode>/, '')).toBe(
      heard[1]!.replace(/<ResponseCode>.*?<\/ResponseCode>/, ''),
    );
  });

  test('27 on the corner menu is an event of its own', async () => {
    await send({ action_menu: { desc: '更多', action_list: [button('少提醒', 'less')] } });
    await wecom.tap({ user: 'wangfang', label: '少提醒' });
    expect(heard[0]).toContain('<Event><![CDATA[template_card_menu_event]]></Event>');
  });

  test('27 may be answered by greying the buttons, for the presser alone', async () => {
    await send();
    answer = greyed('已选：参加');
    expect(await wecom.tap({ user: 'wangfang', label: '参加' })).toEqual({
      status: 200,
      deliveries: 1,
      updated: '已选：参加',
    });
    expect([...wecom.cards()[0]!.changed]).toEqual([['wangfang', { button: '已选：参加' }]]);
  });

  test('27 may be answered by another card, not by words', async () => {
    await send();
    answer = reply(
      `<MsgType>update_template_card</MsgType><TemplateCard><CardType>text_notice</CardType><MainTitle><Title>记下了</Title></MainTitle></TemplateCard>`,
    );
    expect(await wecom.tap({ user: 'wangfang', label: '参加' })).toMatchObject({ updated: '记下了' });
    answer = reply('<MsgType>text</MsgType><Content>记下了</Content>');
    expect(await wecom.tap({ user: 'wangfang', label: '参加' })).toMatchObject({
      broken: 'this event takes no answer',
    });
  });

  test('27 on something else than a card is not answered with one', async () => {
    answer = greyed('x');
    expect(await wecom.say({ from: 'wangfang', text: '你好' })).toMatchObject({ broken: 'no card to change' });
  });

  test('27 on a button nobody was sent, or that was taken back, cannot be made', async () => {
    const { msgid } = await send();
    await expect(wecom.tap({ user: 'lijie', label: '参加' })).rejects.toThrow('没有收到');
    await expect(wecom.tap({ user: 'wangfang', label: '别的' })).rejects.toThrow('没有收到');
    await call('message/recall', { msgid });
    await expect(wecom.tap({ user: 'wangfang', label: '参加' })).rejects.toThrow('没有收到');
  });

  test('27 is made from outside by /__tap', async () => {
    await send();
    const post = async (body: object) => fetch(`${wecom.url}/__tap`, { method: 'POST', body: JSON.stringify(body) });
    expect((await post({ user: 'wangfang', label: '参加' })).status).toBe(200);
    expect((await post({ user: 'wangfang' })).status).toBe(400);
    expect(heard).toHaveLength(1);
  });
});

test.each([
  ['event', 2],
  ['nothing', 1],
] as const)('27 a press on replaced buttons: %s', async (replacedCard, count) => {
  await open({ switches: { replacedCard } });
  await send();
  answer = greyed('已选');
  await wecom.tap({ user: 'wangfang', label: '参加' });
  await wecom.tap({ user: 'wangfang', label: '参加' }).catch(() => undefined);
  expect(heard).toHaveLength(count);
});

describe('14 changing a card later', () => {
  beforeEach(() => open({ apps: [{ agentId: 1000003, secret: 'second' }] }));

  test('14 works once, for those who are named and had it', async () => {
    const { response_code } = await send();
    const change = { response_code, userids: ['WangFang', 'ghost'], button: { replace_name: '已截止' } };
    expect(await update(change)).toMatchObject({ errcode: 0, invaliduser: ['ghost'] });
    expect([...wecom.cards()[0]!.changed.keys()]).toEqual(['wangfang']);
    expect((await update(change)).errcode).toBe(60140);
  });

  test('14 works for 72 hours', async () => {
    const { response_code } = await send();
    now += 72 * hour + 1;
    token = await newToken(secret);
    expect((await update({ response_code, atall: 1, button: { replace_name: 'x' } })).errcode).toBe(60140);
  });

  test('14 may bring a whole new card, which is checked', async () => {
    const { response_code } = await send();
    const change = (template_card: object) => update({ response_code, atall: 1, template_card });
    expect((await change(card({ main_title: {} }))).errcode).toBe(42033);
    expect((await change(card({ main_title: { title: '已截止' } }))).errcode).toBe(0);
    expect(wecom.cards()[0]!.changed.size).toBe(2);
  });

  test('14 is for the app that sent it, and for cards with buttons', async () => {
    const { response_code } = await send();
    const menu = { action_menu: { action_list: [button('a')] } };
    const notice = await send({ ...menu, card_type: 'text_notice', task_id: 't2', card_action: { type: 1 } });
    const change = { userids: ['wangfang'], button: { replace_name: 'x' } };
    expect((await update({ ...change, response_code: notice.response_code })).errcode).toBe(40058);
    expect((await update({ ...change, response_code, userids: [] })).errcode).toBe(82001);
    token = await newToken('second');
    expect((await update({ ...change, response_code, agentid: 1000003 })).errcode).toBe(42015);
  });
});
