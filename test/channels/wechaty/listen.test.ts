import { afterEach, describe, expect, test } from 'vitest';
import { types } from 'wechaty';
import { otherTypes, textType, uploadTypes } from '../../../src/channels/wechaty/message.ts';
import { dayLength, minute } from '../../../src/domain/time.ts';
import { openWechat, saturday, type TestWechat, type TestWechatOptions } from './setup.ts';

let it: TestWechat;
let isOpen = false;
const open = async (options?: TestWechatOptions) => {
  it = await openWechat(options);
  isOpen = true;
};
afterEach(async () => {
  if (isOpen) await it.close();
  isOpen = false;
});

const room = 'b1@chatroom';
const texts = () => it.heard.map(({ content }) => (content.kind === 'text' ? content.text : content.kind));

test('the numbers of the message types are those of wechaty', () => {
  const { Message } = types;
  expect(textType).toBe(Message.Text);
  expect(uploadTypes).toEqual({
    [Message.Attachment]: 'file',
    [Message.Audio]: 'voice',
    [Message.Image]: 'image',
    [Message.Video]: 'video',
  });
  expect(Object.keys(otherTypes).map(Number)).toEqual([
    Message.Contact,
    Message.ChatHistory,
    Message.Emoticon,
    Message.Location,
    Message.MiniProgram,
    Message.Url,
    Message.Post,
  ]);
});

describe('in a room', () => {
  test('only what mentions us is heard, without the mention, however it is written', async () => {
    await open();
    it.wechat.addRoom({ id: 'b2@chatroom', members: ['zhaolei'], alias: '支部 小助手' });
    for (const mention of ['yes', 'by name', 'by id', 'no'] as const)
      it.wechat.say({ from: 'zhaolei', room, text: `签到 ${mention}`, mention });
    await it.pass(1);
    it.wechat.say({ from: 'zhaolei', room: 'b2@chatroom', text: '别名' });
    await it.pass(1);
    it.wechat.say({ from: 'zhaolei', room, text: '@支部通书记 您好', mention: 'no' });
    it.wechat.say({ from: 'zhaolei', room, text: '请问 @支部通 党费怎么交', mention: 'no' });
    await it.pass(1);
    expect(texts()).toEqual(['签到 yes', '签到 by name', '签到 by id', '别名', '请问 党费怎么交']);
  });

  test('whoever is no friend is marked: nothing can be said to them in private', async () => {
    await open();
    it.wechat.say({ from: 'lisi', room, text: '请假' });
    it.wechat.say({ from: 'zhaolei', room, text: '请假' });
    await it.pass(1);
    expect(it.heard.map(({ place }) => place)).toEqual([
      { kind: 'group', group: room, noPrivate: true },
      { kind: 'group', group: room },
    ]);
    const [body] = it.door.channel.compose({ text: '您好' }, { kind: 'accounts', accounts: ['lisi'] }, 1);
    expect(await it.door.channel.send(body!)).toMatchObject({ kind: 'rejected', reason: 'never-wrote' });
  });

  test('pictures without words are nobody’s business there', async () => {
    await open();
    it.wechat.say({ from: 'zhaolei', room, file: { kind: 'image', name: 'a.png', bytes: Buffer.from('x') } });
    await it.pass(1);
    expect(it.heard).toEqual([]);
  });
});

test('what was said before the first login stays unsaid; what was said during a restart is answered', async () => {
  await open({ isLoggedIn: false });
  await it.pass(1);
  it.wechat.showCode('one');
  it.wechat.logIn();
  await it.until(() => it.door.channel.isHere?.() === true);
  it.wechat.say({ from: 'zhaolei', text: '上午说的', at: it.now - minute });
  it.wechat.say({ from: 'zhaolei', text: '现在说的' });
  await it.pass(1);
  expect(texts()).toEqual(['现在说的']);
  await it.close();
  await open();
  it.wechat.say({ from: 'zhaolei', text: '昨天说的', at: saturday - dayLength });
  it.wechat.say({ from: 'zhaolei', text: '重启时说的', at: saturday - 2 * minute });
  await it.pass(1);
  expect(texts()).toEqual(['重启时说的']);
});

test('our own words, WeChat’s own accounts and notices are not heard', async () => {
  await open();
  it.wechat.addContact({ id: 'gh_news', name: '公众号', type: 2 });
  it.wechat.addContact({ id: 'weixin', name: '微信团队' });
  it.wechat.say({ from: 'bot-zhibu', text: '在手机上说的' });
  it.wechat.say({ from: 'gh_news', text: '今日新闻' });
  it.wechat.say({ from: 'weixin', text: '欢迎' });
  it.wechat.say({ from: 'zhaolei', type: 13, text: '撤回' });
  it.wechat.say({ from: 'zhaolei', type: 12, text: '红包' });
  await it.pass(1);
  expect(it.heard).toEqual([]);
});

test('a file of somebody known lies ready to be fetched; a stranger’s is not taken in', async () => {
  await open();
  const bytes = Buffer.from('一篇文章');
  it.wechat.say({ from: 'zhaolei', file: { kind: 'file', name: '文章.txt', bytes } });
  it.wechat.say({ from: 'lijie', file: { kind: 'image', name: 'a.png', bytes } });
  await it.until(() => it.heard.length === 2);
  const of = (who: string) => it.heard.find(({ account }) => account === who)?.content;
  const [known, stranger] = [of('zhaolei'), of('lijie')];
  expect(known).toMatchObject({ kind: 'upload', media: 'file' });
  expect(stranger).toMatchObject({ kind: 'upload', media: 'image', ref: '' });
  const ref = known?.kind === 'upload' ? known.ref : '';
  expect(await it.door.channel.fetch!(ref, 1000)).toMatchObject({ kind: 'fetched', name: '文章.txt', bytes });
  expect(await it.door.channel.fetch!(ref, 3)).toEqual({ kind: 'too-large' });
  expect(await it.door.channel.fetch!('', 1000)).toMatchObject({ kind: 'gone' });
});

test('a file of ours goes out as a file behind its words', async () => {
  await open();
  it.files.set('f1', { name: '十二月周报.xlsx', type: '', bytes: Buffer.from('PK') });
  const draft = { text: '这是周报', file: { id: 'f1', name: '十二月周报.xlsx' } };
  for (const body of it.door.channel.compose(draft, { kind: 'accounts', accounts: ['zhaolei'] }, 1))
    expect((await it.door.channel.send(body)).kind).toBe('sent');
  expect(it.wechat.inbox()).toMatchObject([{ text: '这是周报' }, { file: { name: '十二月周报.xlsx' } }]);
});

test('a turn that fails is tried again, and then given up without a crash', async () => {
  let failures = 0;
  await open({
    receive: async () => {
      failures += 1;
      throw new Error('the database is away');
    },
  });
  it.wechat.say({ from: 'zhaolei', text: '签到' });
  await it.until(() => failures === 3);
  expect(it.pauses).toEqual([1000, 5000]);
  expect(it.complaints.filter((one) => one.includes('failed'))).toHaveLength(3);
});

test('an error that wechaty reports is written down and ends nothing', async () => {
  await open();
  it.wechat.say({ from: 'nobody', text: '谁' });
  await it.until(() => it.complaints.some((one) => one.includes('wechaty reports an error')));
  it.wechat.say({ from: 'zhaolei', text: '签到' });
  await it.until(() => it.heard.length === 1);
});

describe('guests', () => {
  test('a friend request with a good code is accepted after a pause, and the code is said for them', async () => {
    await open({ guests: { admits: async (_account, hello) => (hello.includes('123456') ? '123456' : undefined) } });
    it.wechat.askToBeFriends('lisi', '我是李四');
    it.wechat.askToBeFriends('lijie', '绑定 123456');
    await it.until(() => it.heard.length === 1);
    expect(it.wechat.accepted()).toEqual(['lijie']);
    expect(it.pauses).toEqual([4500]);
    expect(it.heard[0]).toMatchObject({
      account: 'lijie',
      place: { kind: 'private' },
      content: { kind: 'text', text: '绑定 123456' },
    });
  });

  test('who is bound already needs no code', async () => {
    await open();
    it.wechat.askToBeFriends('zhaolei', '您好');
    await it.until(() => it.wechat.accepted().length > 0);
    await it.pass(1);
    expect(it.heard).toEqual([]);
  });

  test('so many friends a day and no more', async () => {
    await open({ friendsPerDay: 1, guests: { admits: async () => '123456' } });
    it.wechat.askToBeFriends('lisi', '123456');
    it.wechat.askToBeFriends('lijie', '123456');
    await it.until(() => it.complaints.length === 1);
    await it.pass(1);
    expect(it.wechat.accepted()).toHaveLength(1);
  });

  test('only people we know may take us into a room', async () => {
    await open();
    it.wechat.inviteToRoom('lisi', 'ads@chatroom');
    it.wechat.inviteToRoom('zhaolei', 'b2@chatroom');
    await it.until(() => it.wechat.accepted().length > 0);
    await it.pass(1);
    expect(it.wechat.accepted()).toEqual(['b2@chatroom']);
  });

  test('put out of a room we say so', async () => {
    await open();
    it.wechat.remove(room);
    await it.until(() => it.left.length > 0);
    expect(it.left).toEqual([room]);
  });
});
