import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSeveral } from '../../src/dialogue/answers/several.ts';
import { readButton } from '../../src/dialogue/buttons.ts';
import { ticked } from '../../src/domain/message.ts';
import { conversation, flow, withOwnWords } from './conversation.ts';

const people = [
  { id: 'p1', name: '孙波' },
  { id: 'p2', name: '李洁' },
  { id: 'p3', name: '李和平' },
  { id: 'p4', name: '钱多' },
];
const who = (words: string) => readSeveral(words, people)?.names.join(' ');

describe('which of a list are meant', () => {
  test.each([
    ['1、3', '孙波 李和平'],
    ['1 3', '孙波 李和平'],
    ['１，３。', '孙波 李和平'],
    ['3和1', '孙波 李和平'],
    ['第1个和第3个', '孙波 李和平'],
    ['一、三', '孙波 李和平'],
    ['2-4', '李洁 李和平 钱多'],
    ['2到4', '李洁 李和平 钱多'],
    ['选2', '李洁'],
    ['孙波', '孙波'],
    ['孙波、李洁', '孙波 李洁'],
    ['李和平和钱多都到了', '李和平 钱多'],
    ['孙波同志也来了', '孙波'],
    ['1、钱多', '孙波 钱多'],
    ['钱多、钱多', '钱多'],
    ['全部', '孙波 李洁 李和平 钱多'],
    ['都到了', '孙波 李洁 李和平 钱多'],
    ['大家都来了', '孙波 李洁 李和平 钱多'],
    ['全到齐了', '孙波 李洁 李和平 钱多'],
    ['没有', ''],
    ['都没来', ''],
    ['一个都没有', ''],
    ['无', ''],
    ['除了李洁都到了', '孙波 李和平 钱多'],
    ['除李洁、钱多以外，其他人都到了', '孙波 李和平'],
    ['第2到第4个', '李洁 李和平 钱多'],
    ['2号', '李洁'],
  ])('%s → %s', (words, names) => expect(who(words)).toBe(names));

  test.each(['', '  ', '。'])('“%s” says nothing', (words) => expect(readSeveral(words, people)).toBeUndefined());

  test.each(['5', '0', '13', '2个', '张三', '我想一想'])('%s is nobody of the list', (words) =>
    expect(readSeveral(words, people)).toMatchObject({ ids: [], unknown: [words] }),
  );

  test('numbers count what is shown, names may also mean others', () => {
    const shown = people.slice(1, 3);
    expect(readSeveral('1、孙波', shown, people)).toMatchObject({ names: ['李洁', '孙波'], unknown: [] });
    expect(readSeveral('全部', shown, people)?.names).toEqual(['李洁', '李和平']);
  });

  test('a name that two bear is nobody; a number is one of them', () => {
    const two = [...people, { id: 'p5', name: '李洁' }];
    expect(readSeveral('李洁', two)).toMatchObject({ ids: [], ambiguous: ['李洁'] });
    expect(readSeveral('5', two)).toMatchObject({ ids: ['p5'], ambiguous: [] });
  });

  test('letters need no commas and no case', () => {
    const letters = ['A', 'B', 'C', 'D'].map((name) => ({ id: name, name }));
    expect(readSeveral('acd', letters)?.ids).toEqual(['A', 'C', 'D']);
    expect(readSeveral('选B、D', letters)?.ids).toEqual(['B', 'D']);
  });

  test('any choice of numbers or names, however written, is that choice', () => {
    const some = fc.subarray(people, { minLength: 1 });
    const gap = fc.constantFrom('、', '，', ' ', ',', '和', '；');
    fc.assert(
      fc.property(some, gap, fc.boolean(), (chosen, between, byName) => {
        const words = chosen.map(({ name, id }) =>
          byName ? name : String(people.findIndex((one) => one.id === id) + 1),
        );
        expect(readSeveral(words.join(between), people)?.ids).toEqual(chosen.map(({ id }) => id));
      }),
    );
  });

  test('any words at all are read without a fault, and mean nobody twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        const ids = readSeveral(words, people)?.ids ?? [];
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe('a question with several answers', () => {
  const listed = flow({
    flow: 'listed',
    start: { words: ['补签'] },
    needs: [],
    steps: [
      {
        choose: 'who',
        many: true,
        say: '谁到了？',
        from: 'absent',
        people: 'everybody',
        submit: '登记',
        again: '说名字',
      },
      { save: 'came', with: { people: '{who}' } },
      { say: '好，{who.names|list}' },
    ],
  });
  const flows = withOwnWords(
    listed,
    flow({
      flow: 'leave',
      start: { words: ['请假'] },
      steps: [{ ask: 'why', say: '因为什么？', type: 'text', again: '？' }],
    }),
  );
  const absent = people.slice(0, 3);
  const open = (views: Record<string, unknown> = { absent, everybody: people }) => conversation(flows, { views });
  const list = (heard: ReturnType<ReturnType<typeof open>['say']>) =>
    heard.events.flatMap((event) => (event.kind === 'say' && event.checklist ? [event.checklist] : []))[0];

  test('shows what may be ticked, and takes what is handed in', () => {
    const talk = open();
    const shown = list(talk.say('补签'))!;
    expect(shown.options).toEqual(absent.map(({ id, name }) => ({ id, label: name })));
    expect(shown.submit.label).toBe('登记');
    const { texts, saves } = talk.put(readButton(ticked(shown.submit.data, ['p3', 'p1'])));
    expect(texts).toEqual(['好，孙波、李和平']);
    expect(saves[0]!.values.people).toEqual({
      ids: ['p1', 'p3'],
      names: ['孙波', '李和平'],
      unknown: [],
      ambiguous: [],
    });
  });

  test('nothing ticked is an answer too; what was never shown is not ticked', () => {
    const talk = open();
    const { submit } = list(talk.say('补签'))!;
    expect(talk.put(readButton(ticked(submit.data, []))).saves[0]!.values.people).toMatchObject({ ids: [] });
    const again = list(talk.say('补签'))!;
    expect(talk.put(readButton(ticked(again.submit.data, ['p4', 'stranger']))).saves[0]!.values.people).toMatchObject({
      ids: [],
    });
  });

  test('numbers mean the list as it was shown, whatever has changed since', () => {
    const views = { absent: [...absent], everybody: people };
    const talk = open(views);
    talk.say('补签');
    views.absent.shift();
    expect(talk.say('1、3').texts).toEqual(['好，孙波、李和平']);
  });

  test('an answer may stand behind the starting word, and mean somebody who is not shown', () => {
    expect(open().say('补签 孙波 钱多').texts).toEqual(['好，孙波、钱多']);
  });

  test('a starting word in between opens its flow; an old list is out of date afterwards', () => {
    const talk = open();
    const { submit } = list(talk.say('补签'))!;
    expect(talk.say('请假').texts.at(-1)).toBe('因为什么？');
    expect(talk.put(readButton(ticked(submit.data, ['p1']))).texts[0]).toBe('过时了');
  });

  test('back asks again, with the list', () => {
    const talk = open();
    talk.say('补签');
    expect(list(talk.say('返回'))!.options).toHaveLength(3);
  });

  test('an empty list is asked in words', () => {
    const talk = open({ absent: [], everybody: people });
    const heard = talk.say('补签');
    expect([heard.texts, list(heard)]).toEqual([['谁到了？'], undefined]);
    expect(talk.say('钱多').texts).toEqual(['好，钱多']);
  });

  test('of fixed options names are read; what is none is asked again', () => {
    const quiz = flow({
      flow: 'quiz',
      start: { words: ['题'] },
      steps: [
        { choose: 'right', many: true, say: '哪些对？', options: { A: 'A', B: 'B', C: 'C' }, again: '回字母' },
        { say: '{right.names|list}' },
      ],
    });
    const talk = conversation(withOwnWords(quiz));
    talk.say('题');
    expect(talk.say('不知道').texts).toEqual(['回字母']);
    expect(talk.say('ac').texts).toEqual(['A、C']);
  });
});

describe('what buttons carry', () => {
  const at = Date.parse('2026-12-07T09:00:00+08:00');
  test('a list with one choice brings the option’s own button', () => {
    expect(readButton(ticked('v', ['a:3:why:illness']))).toEqual({
      kind: 'answer',
      frame: 3,
      step: 'why',
      value: 'illness',
    });
    expect(readButton('v')).toEqual({ kind: 'text', text: '' });
  });

  test('ticks of any ids come back as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), (ids) => {
        const clean = ids.map((id) => id.toWellFormed());
        expect(readButton(ticked('m:1:who', clean))).toMatchObject({ frame: 1, step: 'who', ticked: clean });
      }),
    );
  });

  test('a button with an end is another one before it, and out of date from then on', () => {
    const data = `u:${at / 1000}:收到`;
    expect(readButton(data, at - 1)).toEqual({ kind: 'text', text: '收到' });
    expect(readButton(data, at)).toEqual({ kind: 'start', flow: 'too-late', with: {} });
  });
});
