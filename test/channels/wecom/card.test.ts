import { describe, expect, test } from 'vitest';
import { draftAsText } from '../../../src/channels/draft-text.ts';
import { buttonCard, cardAsText, linkCard } from '../../../src/channels/wecom/card.ts';
import type { Draft } from '../../../src/domain/message.ts';

const yes = { label: '对', data: 'a:0:sure:yes' };
const no = { label: '不对', data: 'a:0:sure:no' };
const link = { label: '打开原文', url: 'https://e.example/1' };
const card = (draft: Partial<Draft>) => buttonCard({ text: '对吗？', buttons: [yes, no], ...draft });

describe('a message with buttons becomes a card', () => {
  test('with its title, its text and what comes back as it is', () => {
    expect(card({ title: '主题党日', text: '12月7日 09:00\n您来吗？' })).toEqual({
      card_type: 'button_interaction',
      main_title: { title: '主题党日' },
      sub_title_text: '12月7日 09:00\n您来吗？',
      button_list: [
        { type: 0, text: '对', key: 'a:0:sure:yes' },
        { type: 0, text: '不对', key: 'a:0:sure:no' },
      ],
    });
  });

  test('whose title is the first line where it has none', () => {
    expect(card({ text: '12月5日，清理楼道\n2小时，对吗？' })).toMatchObject({
      main_title: { title: '12月5日，清理楼道' },
      sub_title_text: '2小时，对吗？',
    });
    expect(card({})?.main_title).toEqual({ title: '对吗？' });
  });

  test.each<[string, Partial<Draft>]>([
    ['too long a text', { title: '学习', text: '字'.repeat(161) }],
    ['an address in the text', { title: '学习', text: '看 https://e.example' }],
    ['no short line at all', { text: '字'.repeat(161) }],
    ['a title that is too long', { title: '题'.repeat(37), text: '字'.repeat(160) }],
  ])('%s is said in words: one message, not two', (_name, draft) => expect(card(draft)).toBeUndefined());

  test('with a long line it asks to choose', () => {
    expect(card({ text: '字'.repeat(160) })).toMatchObject({
      main_title: { title: '请选择' },
      sub_title_text: '字'.repeat(160),
    });
  });

  test('a link is one button more, or stands in the text where there is no room for it', () => {
    expect(card({ link })?.button_list.at(-1)).toEqual({ type: 1, text: '打开原文', url: link.url });
    const six = Array.from({ length: 6 }, (_, n) => ({ label: `第${n}`, data: `${n}` }));
    expect(card({ link, buttons: six })).toBeUndefined();
  });

  test.each<[string, Draft['buttons']]>([
    ['no buttons', []],
    ['seven buttons', Array.from({ length: 7 }, (_, n) => ({ label: `第${n}`, data: `${n}` }))],
    ['a label of eleven characters', [{ label: '一二三四五六七八九十一', data: 'x' }]],
    ['a key of 1,025 bytes', [{ label: '对', data: 'x'.repeat(1025) }]],
    ['two buttons that mean the same', [yes, { ...no, data: yes.data }]],
    ['a button without words', [{ label: ' ', data: 'x' }]],
  ])('%s is no card', (_name, buttons) => expect(card({ buttons: buttons! })).toBeUndefined());
});

describe('a card in words', () => {
  test.each<Draft>([
    { title: '主题党日', text: '12月7日\n您来吗？', buttons: [yes, no] },
    { text: '对吗？', buttons: [yes] },
    { text: '第一行\n第二行', buttons: [yes, no] },
    { text: '字'.repeat(160), buttons: [yes, no] },
    { title: '题', text: '文', link, buttons: [yes] },
  ])('is what the message would have been: %j', (draft) =>
    expect(cardAsText(buttonCard(draft)!)).toBe(draftAsText(draft)),
  );

  test('is one message, however full the card', () => {
    const label = '😀'.repeat(10);
    const full = card({
      title: '😀'.repeat(36),
      text: '😀'.repeat(160),
      link: { label, url: `https://e.example/${'x'.repeat(494)}` },
      buttons: [1, 2, 3, 4, 5].map((n) => ({ label: `${label.slice(2)}${n}`, data: `${n}` })),
    });
    expect(full?.button_list).toHaveLength(6);
    expect(Buffer.byteLength(cardAsText(full!))).toBeLessThanOrEqual(2048);
  });
});

describe('a message that leads to an address', () => {
  const draft: Draft = { title: '学习材料', text: '第一段\n第二段', link };

  test('becomes a link card', () => {
    expect(linkCard(draft)).toEqual({
      title: '学习材料',
      description: '第一段<br>第二段',
      url: link.url,
      btntxt: '打开原文',
    });
  });

  test.each<[string, Partial<Draft>]>([
    ['without a title', { title: '' }],
    ['without a text', { text: '' }],
    ['with more than 512 bytes', { text: '字'.repeat(171) }],
    ['with a title over 128 bytes', { title: '题'.repeat(43) }],
    ['with marks a card would obey', { text: '3 < 5' }],
    ['with another address in the text', { text: '看 https://e.example/2' }],
    ['to somewhere without scheme', { link: { label: '打开', url: 'e.example' } }],
    ['with a label of five characters', { link: { ...link, label: '打开登记表' } }],
    ['with buttons', { buttons: [yes] }],
  ])('%s stays a text', (_name, change) => expect(linkCard({ ...draft, ...change })).toBeUndefined());
});
