// Files and voices as answers, and opening the chat, in the engine alone.

import { describe, expect, test } from 'vitest';
import { makeFlows } from '../../src/dialogue/flow.ts';
import { makeVocabulary, meaningOf } from '../../src/dialogue/meaning.ts';
import type { Said } from '../../src/dialogue/session.ts';
import { minute } from '../../src/domain/time.ts';
import { conversation, evening, flow, ownWords, withOwnWords, zhaolei } from './conversation.ts';

const entered = flow({ flow: 'entered', steps: [{ save: 'greeted', with: {} }] });
const reading = flow({
  flow: 'reading',
  start: { words: ['朗读'] },
  steps: [
    { ask: 'sound', say: '发语音', type: 'voice', again: '要语音' },
    { ask: 'title', say: '标题', type: 'text', again: '打字' },
    { confirm: '交吗', wrong: '不交' },
    { save: 'submitted', with: { sound: '{sound}', title: '{title}' } },
    { say: '交了' },
  ],
});
const flows = withOwnWords(entered, reading);

const voice = (ref: string, more: { says?: string; name?: string } = {}): Said => ({
  kind: 'upload',
  media: 'voice',
  ref,
  name: null,
  ...more,
});
const picture: Said = { kind: 'upload', media: 'image', ref: 'p', name: null };

function talk() {
  const uploads: Record<string, { state: string }> = {};
  return { uploads, ...conversation(flows, { views: { uploads } }) };
}

describe('a voice', () => {
  test('that was asked for is kept with the words heard in it, and is to be fetched', () => {
    const { put, say } = talk();
    say('朗读');
    const { events, texts } = put(voice('v1', { says: '春天来了' }));
    expect(events).toContainEqual({ kind: 'took-file', ref: 'v1', takes: ['sound'] });
    expect(texts).toEqual(['标题']);
    say('春天');
    expect(say('对').saves).toEqual([
      {
        effect: 'submitted',
        values: { sound: { ref: 'v1', name: null, media: 'voice', says: '春天来了' }, title: '春天' },
      },
    ]);
  });

  test('is what was said, wherever nobody asked for the sound', () => {
    const { put, say } = talk();
    say('朗读');
    put(voice('v1'));
    const { events, texts } = put(voice('v2', { says: '春天' }));
    expect(texts).toEqual(['交吗']);
    expect(events.filter(({ kind }) => kind === 'took-file')).toEqual([]);
  });

  test.each([
    ['a recording sent as a file', { kind: 'upload', media: 'file', ref: 'f', name: '录音.M4A' }, true],
    ['a file that the platform does not name yet', { kind: 'upload', media: 'file', ref: 'f', name: null }, true],
    ['a document', { kind: 'upload', media: 'file', ref: 'f', name: '文章.docx' }, false],
    ['a picture', picture, false],
    ['a voice without a sound or words', voice(''), false],
  ] as const)('%s', (_what, said, taken) => {
    const { put, say } = talk();
    say('朗读');
    const { events } = put(said as Said);
    expect(events.some(({ kind }) => kind === 'took-file')).toBe(taken);
  });
});

describe('a file that could not be had', () => {
  test('is not handed in: its question stands again at the yes', () => {
    const { put, say, uploads } = talk();
    say('朗读');
    put(voice('v1'));
    uploads.v1 = { state: 'waiting' };
    say('春天');
    uploads.v1 = { state: 'refused' };
    expect(say('对')).toMatchObject({ texts: ['要语音'], saves: [] });
    put(voice('v2'));
    expect(say('对').saves).toMatchObject([{ values: { sound: { ref: 'v2' } } }]);
  });

  test('may be sent once more while another question waits, which is then put again', () => {
    const { put, say, uploads } = talk();
    say('朗读');
    put(voice('v1'));
    uploads.v1 = { state: 'refused' };
    const { events, texts } = put(voice('v2'));
    expect(events).toContainEqual({ kind: 'took-file', ref: 'v2', takes: ['sound'] });
    expect(texts).toEqual(['标题']);
    // Nothing is missing any more: another one answers nothing.
    uploads.v2 = { state: 'kept' };
    expect(put(voice('v3')).texts).toEqual(['打字']);
    say('春天');
    expect(say('对').saves).toMatchObject([{ values: { sound: { ref: 'v2' } } }]);
  });
});

describe('opening the chat', () => {
  const opens = (member = zhaolei) => conversation(flows, { member });

  test('is answered with silence where nothing waits', () => {
    expect(opens().put({ kind: 'enter' }).events).toEqual([]);
  });

  test('is greeted by somebody new', () => {
    expect(opens({ ...zhaolei, noticedAt: null }).put({ kind: 'enter' }).texts).toEqual(['您好']);
  });

  test('puts a question that has waited for ten minutes once more, and notes the day', () => {
    const { put, say, pass } = opens();
    say('朗读');
    pass(9 * minute);
    expect(put({ kind: 'enter' }).events).toEqual([]);
    pass(minute);
    expect(put({ kind: 'enter' })).toMatchObject({ texts: ['接着reading', '发语音'], saves: [{ effect: 'greeted' }] });
    expect(put({ kind: 'enter' }).events).toEqual([]);
  });

  test('is answered once a day, by the day in Shanghai', () => {
    const said = (greetedOn: string | null) => {
      const { put, say, pass } = opens({ ...zhaolei, greetedOn });
      say('朗读');
      pass(20 * minute);
      return put({ kind: 'enter' }).texts.length;
    };
    expect(said('2026-12-05')).toBe(0);
    expect(said('2026-12-04')).toBe(2);
    expect(said(null)).toBe(2);
  });

  test('a conversation whose revision is nowhere kept any more is not stirred up', () => {
    const frame = { flow: 'reading', revision: 'gone', waiting: true, expiresAt: evening + minute } as never;
    const session = { stack: [frame], frames: 1 };
    const context = { member: zhaolei, where: 'private' as const, now: evening };
    const vocabulary = makeVocabulary([]);
    expect(meaningOf(vocabulary, makeFlows(ownWords), session, { kind: 'enter' }, context)).toEqual({
      kind: 'nothing',
    });
  });
});
