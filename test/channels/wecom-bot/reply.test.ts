import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../src/channels/channel.ts';
import { contentLimit, streamOf, streamReply, welcomeReply } from '../../../src/channels/wecom-bot/reply.ts';

const content = (drafts: Draft[]) => (streamReply(drafts, 's').body as { stream: { content: string } }).stream.content;
const buttons = [
  { label: '签到', data: 'b:1' },
  { label: '学习', data: 'b:2' },
];

describe('an answer as a stream', () => {
  test('holds all drafts and is finished', () => {
    expect(streamReply([{ text: '记下了' }, { text: '对吗？', buttons }], 's-1')).toEqual({
      body: { msgtype: 'stream', stream: { id: 's-1', finish: true, content: '记下了\n\n对吗？\n回复：签到 / 学习' } },
      rest: [],
    });
  });

  test('leaves what does not fit to the outbox, in order and whole', () => {
    const drafts = ['一', '二', '三'].map((text) => ({ text: text.repeat(3000) }));
    const { rest } = streamReply(drafts, 's');
    expect(content(drafts)).toBe(`${drafts[0]!.text}\n\n${drafts[1]!.text}`);
    expect(rest).toEqual([drafts[2]]);
  });

  test('cuts only what is too long by itself', () => {
    const text = '汉'.repeat(contentLimit);
    const { rest } = streamReply([{ text }], 's');
    expect(Buffer.byteLength(content([{ text }]))).toBeLessThanOrEqual(contentLimit);
    expect(content([{ text }]) + rest.map((draft) => draft.text).join('')).toBe(text);
  });

  test('of nothing is nothing', () => {
    expect(streamReply([], 's')).toEqual({ body: undefined, rest: [] });
    expect(streamReply([{ text: ' ' }], 's')).toEqual({ body: undefined, rest: [] });
  });

  test('never hides words as the thoughts of a model', () => {
    expect(content([{ text: '他说<think>好</think>' }])).toBe('他说＜think>好＜/think>');
  });

  test('has the same id for the same message', () => {
    expect(streamOf('m1')).toBe(streamOf('m1'));
    expect(streamOf('m1')).not.toBe(streamOf('m2'));
    expect(streamOf('m1')).toMatch(/^[\w-]+$/);
  });
});

describe('a welcome', () => {
  test('is a card where there is something short with buttons', () => {
    const { body, rest } = welcomeReply([{ title: '支部通', text: '要做什么？', buttons }], 'm1');
    expect(body).toEqual({
      msgtype: 'template_card',
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: '支部通' },
        sub_title_text: '要做什么？',
        button_list: [
          { type: 0, text: '签到', key: 'b:1' },
          { type: 0, text: '学习', key: 'b:2' },
        ],
        task_id: expect.stringMatching(/^[0-9A-Za-z_\-@]{1,128}$/),
      },
    });
    expect(rest).toEqual([]);
  });

  test.each<[string, Draft]>([
    ['no buttons', { text: '您好' }],
    [
      'too many buttons',
      { text: '您好', buttons: Array.from({ length: 21 }, (_, n) => ({ label: `选项${n}`, data: `b:${n}` })) },
    ],
    ['a long text', { text: `您好\n${'长'.repeat(113)}`, buttons }],
    ['a long title', { title: '长'.repeat(27), text: '长'.repeat(100), buttons }],
  ])('is a text where there are or is %s', (_name, draft) => {
    expect(welcomeReply([draft], 'm1').body).toMatchObject({ msgtype: 'text', text: { content: expect.any(String) } });
  });

  test('leaves what does not fit to the outbox', () => {
    const drafts = ['您好', '长'.repeat(600), '长'.repeat(600)].map((text) => ({ text }));
    expect(welcomeReply(drafts, 'm1').rest).toEqual([drafts[2]]);
    expect(welcomeReply([], 'm1')).toEqual({ body: undefined, rest: [] });
  });
});
