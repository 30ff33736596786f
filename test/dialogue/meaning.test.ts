import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFlows } from '../../src/dialogue/flow.ts';
import type { Meaning } from '../../src/dialogue/meaning.ts';
import { makeVocabulary, meaningOf } from '../../src/dialogue/meaning.ts';
import type { Said, Where } from '../../src/dialogue/session.ts';
import { emptySession } from '../../src/dialogue/session.ts';
import type { Member } from '../../src/domain/organisation.ts';
import { loadFlows } from '../../src/library/flows.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { conversation, evening, flow, withOwnWords, zhaolei } from './conversation.ts';

const shipped = makeFlows(loadFlows(join(import.meta.dirname, '../../flows'), viewNames));
const vocabulary = makeVocabulary(shipped.newest.values());
const secretary: Member = { ...zhaolei, id: 'wangfang', name: '王芳', roles: ['secretary'] };
const broadcaster: Member = { ...zhaolei, id: 'chenjing', name: '陈静', roles: ['broadcaster'] };

function means(text: string | Said, member: Member = zhaolei, where: Where = 'private'): Meaning {
  const said: Said = typeof text === 'string' ? { kind: 'text', text } : text;
  return meaningOf(vocabulary, shipped, emptySession, said, { member, where, now: evening });
}
const flowOf = (meaning: Meaning) => (meaning.kind === 'start' ? meaning.flow : meaning.kind);

describe('what is said when nothing waits', () => {
  test.each([
    ['帮助', 'help'],
    ['学习', 'study'],
    ['签到', 'sign-in'],
    ['请假', 'leave'],
    ['报服务', 'volunteer-report'],
    ['党费', 'dues'],
    ['算党费', 'dues-calculator'],
    ['已交党费', 'dues-paid'],
    ['我的', 'mine'],
    ['少提醒', 'fewer-reminders'],
    ['不再提醒', 'no-reminders'],
    ['建议', 'suggestion'],
    ['投诉', 'complaint'],
    ['我的数据', 'my-data'],
    ['取消', 'cancel'],
    ['返回', 'back'],
    ['重来', 'restart'],
    ['收到', 'acknowledge'],
    ['收到，谢谢', 'acknowledge'],
    ['好的', 'fine'],
    ['主题党日是哪天', 'next-event'],
    ['你好', 'welcome'],
    ['ＨＥＬＰ', 'help'],
    ['签 到。', 'sign-in'],
    ['我要签到', 'sign-in'],
    ['签到一下吧', 'sign-in'],
    ['我想请假', 'leave'],
    ['?', 'help'],
    ['昨天下午去社区清垃圾两小时', 'volunteer-report'],
    ['上周六在图书馆整理图书3个半小时', 'volunteer-report'],
    ['昨天去社区打扫卫生了', 'volunteer-report'],
    ['我明天出差去不了主题党日', 'leave'],
    ['党费交了', 'dues-paid'],
    ['11月党费交了', 'dues-paid'],
    ['工资8000要交多少党费', 'dues-calculator'],
    ['希望以后少开会', 'suggestion'],
    ['我要反映一个问题，有人乱收费', 'complaint'],
    ['今天天气不错', 'not-understood'],
    ['明天去社区吗', 'not-understood'],
    ['', 'not-understood'],
  ])('%s → %s', (text, name) => {
    expect(flowOf(means(text))).toBe(name);
  });

  test.each([
    ['谁没签到', 'who-missing'],
    ['谁没交', 'who-unpaid'],
    ['到了 孙波 钱多', 'came'],
    ['孙波、钱多到了', 'came'],
    ['到了', 'sign-in'],
    ['交了', 'dues-paid'],
    ['定主题党日', 'set-theme-day'],
    ['确认', 'confirm-dues'],
    ['确认 孙波', 'paid-for'],
    ['孙波交了党费', 'paid-for'],
    ['孙波请假', 'leave-for'],
    ['通知', 'notice'],
    ['通知 明天停电', 'notice'],
    ['周报', 'weekly'],
  ])('from a secretary: %s → %s', (text, name) => {
    expect(flowOf(means(text, secretary))).toBe(name);
  });

  test.each([
    ['发布', 'publish'],
    ['进度', 'progress'],
    ['撤回', 'recall'],
    ['审批', 'approve'],
  ])('only from a broadcaster: %s → %s', (text, name) => {
    expect(flowOf(means(text, broadcaster))).toBe(name);
    expect(flowOf(means(text))).not.toBe(name);
    expect(flowOf(means(text, secretary))).not.toBe(name);
  });

  test.each(['谁没签到', '谁没交', '定主题党日', '确认', '通知', '周报', '孙波请假', '已收 孙波'])(
    'a member without an office cannot say %s',
    (text) => {
      expect(['not-understood', 'not-yours', 'did-you-mean']).toContain(flowOf(means(text)));
    },
  );

  test('words behind a starting word go with it', () => {
    expect(means('请假 生病')).toMatchObject({ flow: 'leave', rest: '生病' });
    expect(means('建议：少开会')).toMatchObject({ flow: 'suggestion', rest: '少开会' });
    expect(means('算党费 8000')).toMatchObject({ flow: 'dues-calculator', rest: '8000' });
  });

  test('a button may not open what its presser may not start', () => {
    expect(flowOf(means({ kind: 'start', flow: 'confirm-dues', with: {} }))).toBe('not-understood');
    expect(flowOf(means({ kind: 'start', flow: 'confirm-dues', with: {} }, secretary))).toBe('confirm-dues');
    expect(flowOf(means({ kind: 'start', flow: 'nowhere', with: {} }))).toBe('not-understood');
  });

  test('an answer to nothing is too late; what is sent is politely not kept', () => {
    expect(flowOf(means({ kind: 'answer', frame: 1, step: 'ask', value: 'yes' }))).toBe('too-late');
    expect(flowOf(means({ kind: 'upload', media: 'image', ref: 'x', name: null }))).toBe('upload');
  });
});

describe('what is said while a question waits', () => {
  const yesOrNo = flow({
    flow: 'sure',
    start: { words: ['办'] },
    steps: [{ confirm: '办吗', wrong: '好' }, { say: '办了' }],
  });
  const whole = flow({
    flow: 'whole',
    start: { words: ['写'] },
    steps: [{ ask: 'text', say: '写什么', type: 'text', again: '说一句', whole: true }, { say: '写了{text}' }],
  });
  const number = flow({
    flow: 'number',
    start: { words: ['数'] },
    steps: [{ ask: 'count', say: '几个', type: 'number', again: '说个数' }, { say: '{count}个' }],
  });
  const other = flow({ flow: 'other', start: { words: ['确认', '好的', '别的'] }, steps: [{ say: '别的事' }] });
  const thanks = flow({ flow: 'thanks', start: { words: ['多谢'], idle: true }, steps: [{ say: '不客气' }] });
  const service = flow({
    flow: 'service',
    start: { sentence: 'served' },
    steps: [{ confirm: '{what}{hours|hours}', wrong: '改' }],
  });
  const flows = withOwnWords(yesOrNo, whole, number, other, thanks, service);

  test.each(['对', '好的', '确认', '嗯', '没问题'])('%s is a yes, even where it is a starting word', (text) => {
    const talk = conversation(flows);
    talk.say('办');
    expect(talk.say(text).texts).toEqual(['办了']);
  });

  test('a starting word opens its flow on top, and the question comes again', () => {
    const talk = conversation(flows);
    talk.say('办');
    expect(talk.say('别的').texts).toEqual(['别的事', '接着sure', '办吗']);
  });

  test('one whole message is taken as it stands, whatever it looks like', () => {
    for (const text of ['昨天下午去社区清垃圾两小时', '数 3', '别的 事情', '办，好']) {
      const talk = conversation(flows);
      talk.say('写');
      expect(talk.say(text).texts).toEqual([`写了${text}`]);
    }
    const talk = conversation(flows);
    talk.say('写');
    expect(talk.say('别的').texts).toEqual(['别的事', '接着whole', '写什么']);
  });

  test('a full sentence that is no answer starts its own conversation', () => {
    const talk = conversation(flows);
    talk.say('数');
    expect(talk.say('昨天下午去社区清垃圾两小时').texts).toEqual(['去社区清垃圾2小时']);
    talk.say('取消');
    expect(talk.say('大概三个吧').texts).toEqual(['说个数']);
    expect(talk.say('3个').texts).toEqual(['3个']);
  });

  test('thanks do not interrupt a question', () => {
    const talk = conversation(flows);
    expect(talk.say('多谢').texts).toEqual(['不客气']);
    talk.say('数');
    expect(talk.say('多谢').texts).toEqual(['说个数']);
  });
});
