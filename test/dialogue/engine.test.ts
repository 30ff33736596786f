import { describe, expect, test } from 'vitest';
import { conversation, flow, withOwnWords } from './conversation.ts';

const hour = 3_600_000;

const report = flow({
  flow: 'report',
  start: { words: ['报'] },
  steps: [
    { ask: 'what', say: '做了什么', type: 'text', again: '说一句' },
    { ask: 'hours', say: '多久', type: 'duration', min: 0.5, max: 16, again: '比如两小时' },
    { confirm: '{what} {hours|hours}？', wrong: '哪里不对' },
    { save: 'volunteer_service', with: { what: '{what}', hours: '{hours}' } },
    { say: '记下了' },
  ],
});
const colour = flow({
  flow: 'colour',
  start: { words: ['颜色'] },
  steps: [
    {
      choose: 'colour',
      say: '红还是蓝',
      options: { red: { label: '红', words: ['赤'] }, blue: { label: '蓝', go: 'end' } },
    },
    { say: '红的' },
  ],
});
const fact = flow({ flow: 'fact', start: { words: ['几点'], rest: false }, steps: [{ say: '七点半' }] });

describe('one conversation', () => {
  test('asks, reads back, stores after a yes, and ends', () => {
    const talk = conversation(withOwnWords(report));
    expect(talk.say('报').texts).toEqual(['做了什么']);
    expect(talk.say('扫雪').texts).toEqual(['多久']);
    expect(talk.say('两个半小时').texts).toEqual(['扫雪 2.5小时？']);
    const last = talk.say('对');
    expect(last.saves).toEqual([{ effect: 'volunteer_service', values: { what: '扫雪', hours: 2.5 } }]);
    expect(last.ends).toEqual(['report done']);
    expect(talk.session().stack).toEqual([]);
  });

  test('takes what stands behind the starting word as the first answer, and leaves the question as it is when it is none', () => {
    const talk = conversation(withOwnWords(report, colour));
    expect(talk.say('报 扫雪').texts).toEqual(['多久']);
    expect(talk.say('颜色 绿').texts).toEqual(['红还是蓝']);
    expect(talk.session().stack.at(-1)?.misses).toBe(0);
  });

  test('corrects an answer while reading back, and never takes one that is out of bounds', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报 扫雪');
    talk.say('2小时');
    expect(talk.say('改成3小时').texts).toEqual(['扫雪 3小时？']);
    expect(talk.say('改成30小时').texts).toEqual(['再说一次', '扫雪 3小时？']);
    expect(talk.say('不对').texts).toEqual(['哪里不对']);
    expect(talk.say('好的').saves[0]?.values).toMatchObject({ hours: 3 });
  });

  test('takes a choice by label, synonym, number, button and as part of a sentence', () => {
    for (const said of ['红', '赤', '1', '要红的吧']) {
      const talk = conversation(withOwnWords(colour));
      talk.say('颜色');
      expect(talk.say(said).texts).toEqual(['红的']);
    }
    const talk = conversation(withOwnWords(colour));
    const asked = talk.say('颜色');
    expect(talk.tap(asked.buttons[1]).ends).toEqual(['colour done']);
  });

  test('gives up after three misses and says so; a good answer forgives the misses before it', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报 扫雪');
    expect(talk.say('很久').texts).toEqual(['比如两小时']);
    expect(talk.say('挺久').texts).toEqual(['比如两小时']);
    const last = talk.say('忘了');
    expect(last.ends).toEqual(['report gave-up', 'gave-up done']);
    expect(last.texts).toEqual(['放下report']);
    talk.say('报');
    talk.say('对');
    talk.say('是');
    talk.say('扫雪');
    talk.say('很久');
    expect(talk.say('挺久').texts).toEqual(['比如两小时']);
  });

  test('a button of an answered question is too late', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报 扫雪');
    const [yes] = talk.say('2小时').buttons;
    expect(talk.tap(yes).saves).toHaveLength(1);
    const again = talk.tap(yes);
    expect(again.texts).toEqual(['过时了']);
    expect(again.saves).toEqual([]);
  });

  test('a flow that goes round in circles without waiting is a fault, not an endless loop', () => {
    const circle = flow({ flow: 'circle', start: { words: ['转'] }, steps: [{ id: 'a', branch: [{ go: 'a' }] }] });
    expect(() => conversation(withOwnWords(circle)).say('转')).toThrow('circle');
  });
});

describe('conversations on top of each other', () => {
  test('a starting word opens its flow on top; its end takes the question below up again', () => {
    const talk = conversation(withOwnWords(report, colour, fact));
    talk.say('报');
    expect(talk.say('颜色').texts).toEqual(['红还是蓝']);
    expect(talk.say('几点').texts).toEqual(['七点半', '接着colour', '红还是蓝']);
    expect(talk.say('红').texts).toEqual(['红的', '接着report', '做了什么']);
    expect(talk.session().stack.map((frame) => frame.flow)).toEqual(['report']);
  });

  test('cancel ends the innermost only', () => {
    const talk = conversation(withOwnWords(report, colour));
    talk.say('报');
    talk.say('颜色');
    const first = talk.say('取消');
    expect(first.ends).toContain('colour cancelled');
    expect(first.texts).toEqual(['不办colour', '接着report', '做了什么']);
    expect(talk.say('取消').texts).toEqual(['不办report']);
    expect(talk.say('取消').texts).toEqual(['没有']);
  });

  test('the same flow begun again replaces the one that waits and all above it', () => {
    const talk = conversation(withOwnWords(report, colour));
    talk.say('报');
    talk.say('颜色');
    expect(talk.say('报').ends).toEqual(['report replaced', 'colour replaced']);
    expect(talk.session().stack).toHaveLength(1);
  });

  test('back goes one question back, over a confirmation too', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报 扫雪');
    talk.say('2小时');
    expect(talk.say('返回').texts).toEqual(['多久']);
    expect(talk.say('返回').texts).toEqual(['做了什么']);
    expect(talk.say('返回').texts).toEqual(['做了什么']);
  });

  test('a called flow gives its answers to its caller; cancel ends both', () => {
    const inner = flow({ flow: 'inner', steps: [{ ask: 'name', say: '叫什么', type: 'text', again: '说一句' }] });
    const outer = flow({
      flow: 'outer',
      start: { words: ['开始'] },
      steps: [{ call: 'inner' }, { say: '你好{name}' }],
    });
    const talk = conversation(withOwnWords(inner, outer));
    expect(talk.say('开始').texts).toEqual(['叫什么']);
    expect(talk.say('小王').texts).toEqual(['你好小王']);
    talk.say('开始');
    expect(talk.say('取消').ends).toEqual(['inner cancelled', 'outer cancelled', 'cancel done']);
  });
});

describe('time', () => {
  const waiting = flow({
    flow: 'waiting',
    start: { words: ['等'] },
    expire: '12h',
    steps: [
      { ask: 'a', say: '说', type: 'text', again: '说一句', wait: { after: '2h', go: 'late' } },
      { end: true },
      { id: 'late', say: '那就算了' },
    ],
  });

  test('a wait that runs out acts as the flow says', () => {
    const talk = conversation(withOwnWords(waiting));
    talk.say('等');
    talk.pass(hour);
    expect(talk.wake().texts).toEqual([]);
    talk.pass(hour);
    const woken = talk.wake();
    expect(woken.texts).toEqual(['那就算了']);
    expect(woken.ends).toEqual(['waiting done']);
  });

  test('an unanswered conversation expires quietly, and the reason is kept', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报');
    talk.pass(12 * hour);
    const late = talk.say('扫雪');
    expect(late.ends[0]).toBe('report expired');
    expect(late.texts).toEqual(['没听懂']);
  });

  test('every answer keeps a conversation open for its whole time', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报');
    talk.pass(11 * hour);
    talk.say('扫雪');
    talk.pass(11 * hour);
    expect(talk.say('2小时').texts).toEqual(['扫雪 2小时？']);
  });
});

describe('in a group', () => {
  test('a question moves to private, the group hears only that it does', () => {
    const talk = conversation(withOwnWords(report));
    const { events } = talk.say('报', 'group');
    expect(events.filter((event) => event.kind === 'say').map(({ where, text }) => [where, text])).toEqual([
      ['group', '私下说'],
      ['private', '做了什么'],
    ]);
    expect(talk.say('扫雪').texts).toEqual(['多久']);
  });

  test('what is said in the group answers no private question', () => {
    const talk = conversation(withOwnWords(report));
    talk.say('报');
    expect(talk.say('扫雪', 'group').texts).toEqual(['没听懂']);
    expect(talk.say('扫雪').texts).toEqual(['多久']);
  });
});

describe('revisions', () => {
  const before = flow({
    flow: 'ab',
    start: { words: ['开始'] },
    steps: [
      { ask: 'a', say: '旧一', type: 'text', again: '说' },
      { ask: 'b', say: '旧二', type: 'text', again: '说' },
      { say: '旧完' },
    ],
  });
  const after = flow({ flow: 'ab', start: { words: ['开始'] }, steps: [{ say: '新的' }] });

  test('a conversation ends on the revision it began on, the next begins on the newest', () => {
    const talk = conversation(withOwnWords(before));
    expect(talk.say('开始').texts).toEqual(['旧一']);
    const flows = withOwnWords(after);
    const both = {
      newest: flows.newest,
      revision: (name: string, revision: string) =>
        revision === before.revision ? before : flows.revision(name, revision),
    };
    talk.publish(both);
    expect(talk.say('甲').texts).toEqual(['旧二']);
    expect(talk.say('乙').texts).toEqual(['旧完']);
    expect(talk.say('开始').texts).toEqual(['新的']);
  });

  test('when its revision is nowhere kept any more it ends with that reason', () => {
    const talk = conversation(withOwnWords(before));
    talk.say('开始');
    talk.publish(withOwnWords(after));
    expect(talk.say('甲').ends).toContain('ab flow-gone');
    expect(talk.session().stack).toEqual([]);
    expect(talk.say('开始').texts).toEqual(['新的']);
  });

  test('a flow brought back from its stored source asks the same, in the same order', () => {
    const stored = JSON.parse(JSON.stringify(colour.source));
    const again = flow(stored);
    expect(again.revision).toBe(colour.revision);
    const one = conversation(withOwnWords(colour)).say('颜色');
    expect(conversation(withOwnWords(again)).say('颜色').buttons).toEqual(one.buttons);
  });
});
