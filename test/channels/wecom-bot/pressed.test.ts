import { describe, expect, test } from 'vitest';
import type { Draft, Press } from '../../../src/channels/channel.ts';
import { answerCardId, cardSource, rowCardId } from '../../../src/channels/wecom-bot/card-id.ts';
import { answeredCard, cardWithAnswer, doneKey } from '../../../src/channels/wecom-bot/pressed.ts';

const words = (became: Press) => (chosen: readonly string[]) =>
  became === 'outdated' ? '已过时' : `已选：${chosen.join('、') || '没有'}`;
const notice: Draft = {
  title: '主题党日',
  text: '12月7日 9:00，二楼会议室',
  buttons: [
    { label: '收到', data: 's:ack' },
    { label: '请假', data: 's:leave' },
  ],
};
const list: Draft = {
  title: '谁到了',
  text: '',
  checklist: {
    options: [
      { id: 'zhaolei', label: '赵磊' },
      { id: 'lijie', label: '李洁' },
      { id: 'sunbo', label: '孙波' },
    ],
    submit: { label: '选好了', data: 'm:1:who' },
  },
};

describe('an answered card', () => {
  test('says what was chosen, keeps what it said, and has nothing left to press', () => {
    expect(answeredCard([notice], 'z7-x', 's:leave', words('done'))).toEqual({
      response_type: 'update_template_card',
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: '主题党日' },
        sub_title_text: '12月7日 9:00，二楼会议室',
        button_list: [{ type: 0, text: '已选：请假', key: doneKey }],
        task_id: 'z7-x',
      },
    });
  });

  test('says that it was too late', () => {
    const { template_card } = answeredCard([notice], 't', 's:ack', words('outdated'))!;
    expect(template_card.button_list).toEqual([{ type: 0, text: '已过时', key: doneKey }]);
  });

  test('says more than a button shows above it', () => {
    const long = { ...notice, buttons: [{ label: '明天下午再提醒我吧', data: 'x' }] };
    const { template_card } = answeredCard([long], 't', 'x', words('done'))!;
    expect(template_card.sub_title_text).toContain('\n已选：明天下午再提醒我吧');
    expect(template_card.button_list).toEqual([{ type: 0, text: '已选好', key: doneKey }]);
  });

  test('shows what was ticked, and takes no more ticks', () => {
    const { template_card } = answeredCard([list], 't', 'm:1:who?o=zhaolei&o=sunbo', words('done'))!;
    expect(template_card).toMatchObject({
      card_type: 'vote_interaction',
      checkbox: {
        disable: true,
        option_list: [{ is_checked: true }, { is_checked: false }, { is_checked: true }],
      },
      submit_button: { text: '已选：赵磊、孙波', key: doneKey },
    });
  });

  test('a list handed in without a tick says so', () => {
    const { template_card } = answeredCard([list], 't', 'm:1:who', words('done'))!;
    expect(template_card.submit_button).toEqual({ text: '已选：没有', key: doneKey });
  });

  test.each([
    ['what never stood on it', [notice], 's:other'],
    ['a tick of nobody on the list', [list], 'm:1:who?o=ghost'],
    ['a message that is gone', [], 's:ack'],
    ['a message that was no card', [{ text: '好' }], 's:ack'],
  ])('%s leaves it as it is', (_name, drafts, data) => {
    expect(answeredCard(drafts, 't', data, words('done'))).toBeUndefined();
  });

  test('a short answer may stand on it, a long one may not', () => {
    const update = answeredCard([notice], 't', 's:ack', words('done'))!;
    const { template_card } = cardWithAnswer(update, [{ text: '好的，到时见。' }])!;
    expect(template_card).toMatchObject({ sub_title_text: '好的，到时见。', main_title: { title: '主题党日' } });
    expect(cardWithAnswer(update, [{ text: '长'.repeat(113) }])).toBeUndefined();
    expect(cardWithAnswer(update, [])).toEqual(update);
    const ticked = answeredCard([list], 't', 'm:1:who?o=sunbo', words('done'))!;
    expect(cardWithAnswer(ticked, [{ text: '记下了' }])!.template_card.main_title).toMatchObject({ desc: '记下了' });
  });
});

describe('the number of a card', () => {
  test('tells which message it came with', () => {
    expect(cardSource(rowCardId(7, 'wangfang', { a: 1 }))).toEqual({ row: 7 });
    expect(cardSource(answerCardId('CAIQ/+=消息'))).toEqual({ messageId: 'CAIQ/+=消息' });
    expect(answerCardId('CAIQ/+=消息')).toMatch(/^[0-9A-Za-z_\-@]{1,128}$/);
  });

  test('of a message with a very long id tells nothing, but is a number all the same', () => {
    const id = answerCardId('m'.repeat(200));
    expect(id).toMatch(/^[0-9A-Za-z_\-@]{1,128}$/);
    expect(cardSource(id)).toBeUndefined();
  });

  test('of somebody else tells nothing', () => {
    for (const id of ['', 'task', 'z7', 'z7-1-0123456789abcdef', '../etc']) expect(cardSource(id)).toBeUndefined();
  });
});
