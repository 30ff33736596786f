import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acknowledges,
  arrived,
  asksDues,
  cameList,
  complains,
  paidDues,
  served,
  suggests,
  takesLeave,
} from '../../src/domain/sentences.ts';
import { instantOf } from '../../src/domain/time.ts';

/** A Saturday evening. */
const now = instantOf('2026-12-05', '19:30');

describe('served', () => {
  test.each([
    ['昨天下午去社区清垃圾两小时', '2026-12-04', 2, '去社区清垃圾'],
    ['今天下午去社区清理楼道两个小时', '2026-12-05', 2, '去社区清理楼道'],
    ['今天去社区清垃圾两小时', '2026-12-05', 2, '去社区清垃圾'],
    ['我上周六在敬老院帮老人打扫卫生，用了半天', '2026-11-28', 4, '在敬老院帮老人打扫卫生'],
    ['12月3日文明劝导1.5小时', '2026-12-03', 1.5, '文明劝导'],
    ['12月3号 路口执勤 两个半小时', '2026-12-03', 2.5, '路口执勤'],
    ['昨天参加志愿服务三小时', '2026-12-04', 3, '参加志愿服务'],
    ['清垃圾清了两小时', undefined, 2, '清垃圾'],
    ['去敬老院看望老人一上午', undefined, 4, '去敬老院看望老人'],
    ['前天晚上巡逻一小时四十分钟', '2026-12-03', 100 / 60, '巡逻'],
    ['报服务 昨天植树半天', '2026-12-04', 4, '植树'],
    ['昨天上午9点到11点在小区门口值守，一共2小时', '2026-12-04', 2, '在小区门口值守'],
    ['我们昨天去河边捡垃圾大概两个小时。', '2026-12-04', 2, '去河边捡垃圾'],
    ['昨天给独居老人送饭2h', '2026-12-04', 2, '给独居老人送饭'],
    ['周三下午义务理发3小时', '2026-12-02', 3, '义务理发'],
    ['上月15日无偿献血一小时', '2026-11-15', 1, '无偿献血'],
    ['今天早上扫雪了一个小时', '2026-12-05', 1, '扫雪'],
    ['昨天在社区辅导孩子学习两小时', '2026-12-04', 2, '在社区辅导孩子学习'],
    ['三天前去社区宣传垃圾分类90分钟', '2026-12-02', 1.5, '去社区宣传垃圾分类'],
    ['昨天下午社区防火排查，忙了三个钟头', '2026-12-04', 3, '社区防火排查'],
    ['昨天去社区清垃圾20小时', '2026-12-04', 20, '去社区清垃圾'],
    ['明天去社区清垃圾两小时', '2026-12-06', 2, '去社区清垃圾'],
    ['12月25日去社区清垃圾两小时', '2026-12-25', 2, '去社区清垃圾'],
    ['前天参加植树活动，大约三个小时吧', '2026-12-03', 3, '参加植树活动'],
    ['去社区帮忙两小时', undefined, 2, '去社区帮忙'],
    ['昨天给居民讲反诈知识一小时，请记一下', '2026-12-04', 1, '给居民讲反诈知识'],
    ['2月30日去社区清垃圾两小时', undefined, 2, '2月30日去社区清垃圾'],
  ])('%s', (text, on, hours, what) => {
    const found = served(text, now);
    expect(found?.on).toBe(on);
    expect(found?.hours).toBeCloseTo(hours, 10);
    expect(found?.what).toBe(what);
  });

  test.each([
    '开会两小时',
    '昨天开了两小时会',
    '睡了两小时',
    '昨天去社区清垃圾',
    '去社区两小时',
    '学习了两小时',
    '昨天看电视两小时',
    '昨天陪老婆逛街三个小时',
    '加班三小时',
    '出差两天',
    '昨天没去社区清垃圾，在家两小时',
    '打算明天去社区清垃圾两小时',
    '要去社区清垃圾两小时吗',
    '清垃圾要两小时吗？',
    '昨天谁去社区清垃圾两小时',
    '每天清垃圾两小时',
    '帮我清垃圾两小时',
    '打扫自己家两小时',
    '昨天堵车两小时',
    '两小时',
    '志愿服务',
    '清垃圾两三个小时',
    '两小时前清的垃圾',
    '半小时后去社区清垃圾',
    '培训两天',
    '签到',
    '',
  ])('nothing in %s', (text) => {
    expect(served(text, now)).toBeUndefined();
  });
});

describe('takesLeave', () => {
  test.each([
    ['明天出差，主题党日参加不了', 'duty'],
    ['我发烧了请个假', 'illness'],
    ['生病了，请假', 'illness'],
    ['住院了来不了', 'illness'],
    ['身体不舒服，请假一次', 'illness'],
    ['家里有事，请假', 'family'],
    ['孩子发烧，我来不了了', 'family'],
    ['老人住院要照顾，去不了', 'family'],
    ['我妈病了，请个假', 'family'],
    ['值班，参加不了主题党日', 'duty'],
    ['单位加班，赶不上了', 'duty'],
    ['我在市里开会，来不了', 'duty'],
    ['外出，请假', 'travel'],
    ['我不在本地，参加不了', 'travel'],
    ['我在外地旅游，回不来', 'travel'],
    ['在外地出差，请假', 'duty'],
    ['临时有事请个假', 'other'],
    ['下午走不开，请假', 'other'],
    ['主题党日参加不了', undefined],
    ['明天开会我来不了', undefined],
    ['我请个假', undefined],
    ['7号的主题党日我请假', undefined],
    ['书记，我明天有点急事，不能参加', 'other'],
    ['我请病假', 'illness'],
    ['请事假一天', 'other'],
    ['孙子没人带，来不了', 'family'],
    ['领导让我去出差，请假一天', 'duty'],
    ['不好意思，感冒了，不能到会', 'illness'],
  ])('%s: %s', (text, reason) => {
    expect(takesLeave(text)).toEqual(reason === undefined ? {} : { reason });
  });

  test.each([
    '明天出差',
    '我发烧了',
    '怎么请假',
    '谁请假了',
    '孙波生病请假',
    '李洁明天出差来不了',
    '他请假了',
    '替孙波请假',
    '孙波跟我请假了',
    '不用请假',
    '我没请假',
    '取消请假',
    '请假制度是什么',
    '上次请假了',
    '大家都来不了',
    '能参加',
    '我来了',
    '昨天去社区清垃圾两小时',
    '请假了没有',
    '销假',
    '',
  ])('nothing in %s', (text) => {
    expect(takesLeave(text)).toBeUndefined();
  });
});

describe('paidDues', () => {
  test.each([
    '党费交了',
    '这个月党费已经交了',
    '我党费交了',
    '党费已交',
    '已交党费',
    '已经交了党费',
    '我已经交党费了',
    '党费我交了',
    '本月党费交过了',
    '党费缴了',
    '交过党费了',
    '刚刚交了党费',
    '这个月的党费我已经交啦。',
    '党费已缴纳',
    '交了这个月的党费',
    '今天党费转过去了',
    '我交完党费了',
    '书记，党费交了',
    '党费都交完了',
    '党费交了，谢谢',
  ])('%s', (text) => {
    expect(paidDues(text)).toBe(true);
  });

  test('a named month counts only when it is the present one', () => {
    expect(paidDues('12月党费交了', now)).toBe(true);
    expect(paidDues('十二月份的党费交了', now)).toBe(true);
    expect(paidDues('11月党费交了', now)).toBe(false);
    expect(paidDues('12月党费交了')).toBe(false);
  });

  test.each([
    '党费交了吗',
    '党费交了没',
    '党费交了多少',
    '谁交党费了',
    '孙波党费交了',
    '孙波交了党费',
    '替孙波交了党费',
    '大家党费都交了',
    '党费没交',
    '还没交党费',
    '党费怎么交',
    '党费',
    '要交党费了',
    '该交党费了',
    '上个月党费交了',
    '明天交党费',
    '党费交多少',
    '党费不交了',
    '交党费',
    '会费交了',
    '',
  ])('not %s', (text) => {
    expect(paidDues(text, now)).toBe(false);
  });
});

describe('asksDues', () => {
  test.each([
    ['退休金4000党费交多少', { figure: 4000, category: 'retired' }],
    ['退休金四千五，党费交多少？', { figure: 4500, category: 'retired' }],
    ['工资8000要交多少党费', { figure: 8000, category: 'employed' }],
    ['月薪一万二党费多少', { figure: 12000, category: 'employed' }],
    ['税后1.2万党费怎么算', { figure: 12000, category: 'employed' }],
    ['养老金3,200元党费交多少', { figure: 3200, category: 'retired' }],
    ['8000块党费交多少', { figure: 8000 }],
    ['党费交多少', {}],
    ['我的党费怎么算', {}],
    ['12月党费交多少', {}],
    ['年薪20万党费多少', { category: 'annual-salary' }],
    ['税前8000党费多少', {}],
    ['学生党费多少', { category: 'student' }],
    ['农民党费交多少', { category: 'farmer' }],
    ['做生意的党费怎么算', { category: 'self-employed' }],
    ['下岗了党费交多少', { category: 'relief' }],
    ['每月工资8千，党费应该交多少钱', { figure: 8000, category: 'employed' }],
    ['退休了，党费要交多少', { category: 'retired' }],
    ['工资6000到8000党费多少', { category: 'employed' }],
    ['算一下党费，工资5000.5', { figure: 5000.5, category: 'employed' }],
  ])('%s: %o', (text, asked) => {
    expect(asksDues(text)).toEqual(asked);
  });

  test.each([
    '党费',
    '党费交了',
    '谁没交党费',
    '这个月收了多少党费',
    '大家一共交了多少党费',
    '支部党费还有多少',
    '工资8000',
    '退休金4000',
    '孙波他党费交多少',
    '已经交了多少党费',
    '多少钱',
    '怎么算',
    '党费什么时候交',
    '党费交给哪位',
    '昨天去社区清垃圾两小时',
    '请假',
    '交党费',
    '党费比例是多少',
    '你好',
    '',
  ])('nothing in %s', (text) => {
    expect(asksDues(text)).toBeUndefined();
  });
});

describe('suggests', () => {
  test.each([
    ['建议把主题党日改到周五下午', '把主题党日改到周五下午'],
    ['建议：多组织去红色基地', '多组织去红色基地'],
    ['建议，活动室加个饮水机', '活动室加个饮水机'],
    ['我建议学习材料字大一点', '学习材料字大一点'],
    ['提个建议：会开短一点', '会开短一点'],
    ['我想提个建议，早点发通知', '早点发通知'],
    ['我们建议每月轮流讲党课', '每月轮流讲党课'],
    ['提议周末不要发消息', '周末不要发消息'],
    ['希望多组织志愿活动', '希望多组织志愿活动'],
    ['我希望支部多关心老党员', '希望支部多关心老党员'],
    ['建议 给老同志念一念', '给老同志念一念'],
  ])('%s', (text, suggestion) => {
    expect(suggests(text)).toBe(suggestion);
  });

  test.each([
    '建议',
    '提建议',
    '建议怎么提',
    '建议收到了',
    '建议书交了',
    '建议箱在哪',
    '有什么建议',
    '建议很好',
    '建议都看了',
    '你的建议不错',
    '希望',
    '希望明天不下雨',
    '大家有没有建议',
    '建议好',
    '采纳建议',
    '建议已转达',
    '签到',
    '昨天去社区清垃圾两小时',
    '谁提的建议',
    '',
  ])('nothing in %s', (text) => {
    expect(suggests(text)).toBeUndefined();
  });
});

describe('complains', () => {
  test.each([
    ['我要投诉，每天消息太多', '每天消息太多'],
    ['投诉：有人逼着转发截图', '有人逼着转发截图'],
    ['投诉 要求每天签到', '要求每天签到'],
    ['举报支部虚开会议记录', '支部虚开会议记录'],
    ['我想投诉一下，活动总占周末', '活动总占周末'],
    ['我要反映一个问题：党费不公开', '党费不公开'],
  ])('%s', (text, complaint) => {
    expect(complains(text)).toBe(complaint);
  });

  test.each([
    '投诉',
    '我要投诉',
    '投诉电话是多少',
    '投诉怎么弄',
    '投诉渠道有哪些',
    '投诉处理完了',
    '投诉箱在哪里',
    '投诉已收到',
    '没人投诉',
    '不投诉了',
    '反映很好',
    '他要投诉我们',
    '举报信写给谁',
    '签到',
    '建议把会开短',
    '昨天有人投诉',
    '投诉的事',
    '投诉有用吗',
    '你好',
    '',
  ])('nothing in %s', (text) => {
    expect(complains(text)).toBeUndefined();
  });
});

describe('cameList', () => {
  test.each([
    ['到了 孙波 钱多', ['孙波', '钱多']],
    ['孙波、钱多到了', ['孙波', '钱多']],
    ['到了：孙波，钱多', ['孙波', '钱多']],
    ['到了 孙波', ['孙波']],
    ['孙波到了', ['孙波']],
    ['孙波和钱多到了', ['孙波', '钱多']],
    ['孙波、钱多都到了。', ['孙波', '钱多']],
    ['孙波同志到了', ['孙波']],
    ['孙波 钱多 已经到了', ['孙波', '钱多']],
    ['实到：王芳、赵磊、李洁', ['王芳', '赵磊', '李洁']],
    ['来了 孙波', ['孙波']],
    ['到会的有：王芳、赵磊', ['王芳', '赵磊']],
    ['孙波、孙波到了', ['孙波']],
    ['赵磊来了', ['赵磊']],
    ['到了 欧阳明月', ['欧阳明月']],
    ['今天到了 孙波', ['孙波']],
    ['王芳，赵磊也到了', ['王芳', '赵磊']],
  ])('%s', (text, names) => {
    expect(cameList(text)).toEqual(names);
  });

  test.each([
    '到了',
    '我到了',
    '我们到了',
    '大家都到了',
    '快递到了',
    '时间到了',
    '周末到了',
    '马上到了',
    '车到了',
    '领导到了',
    '书记到了',
    '春天来了',
    '通知到了',
    '我和孙波到了',
    '孙波没到',
    '孙波到了吗',
    '谁到了',
    '刚刚到了',
    '高铁到了',
    '到了三个人',
    '人都到了',
    '',
  ])('nobody in %s', (text) => {
    expect(cameList(text)).toBeUndefined();
  });
});

describe('arrived', () => {
  test.each([
    '我到了',
    '到了',
    '我来了',
    '到了。',
    '我已经到了',
    '我到会场了',
    '到现场了',
    '我刚到了',
    '我也到了',
    '我到啦',
    '书记，我到了',
    '我签到',
    '我已到场',
    '到会议室了',
    '我在现场',
    '我现在到了',
    '报告，我到了',
    '我已签到',
    '来了',
    '本人到了',
  ])('%s', (text) => {
    expect(arrived(text)).toBe(true);
  });

  test.each([
    '孙波到了',
    '我们到了',
    '我到家了',
    '我到了吗',
    '到了吗',
    '快到了',
    '我快到了',
    '没到',
    '我没到',
    '到点了',
    '时间到了',
    '我到单位上班了',
    '谁到了',
    '我马上到',
    '到了 孙波',
    '我来不了',
    '来',
    '到',
    '收到',
    '',
  ])('not %s', (text) => {
    expect(arrived(text)).toBe(false);
  });
});

describe('acknowledges', () => {
  test.each([
    '收到',
    '知道了',
    '好的',
    '明白',
    '收到了',
    '收到，谢谢',
    '好的，收到',
    '好',
    '明白了',
    '了解',
    'OK',
    '好的好的',
    '嗯嗯',
    '没问题',
    '已阅',
    '收到！',
    '行',
    '准时参加',
    '好的，一定参加',
    '我会参加',
    '谢谢书记',
  ])('%s', (text) => {
    expect(acknowledges(text)).toBe(true);
  });

  test.each([
    '没收到',
    '收到吗',
    '不知道',
    '不好',
    '不明白',
    '好的，我请假',
    '收到党费',
    '知道几点吗',
    '好人好事',
    '参加不了',
    '不参加',
    '谁收到了',
    '好像没有',
    '行程',
    '收到两个',
    '明白什么',
    '可以吗',
    '我到了',
    '建议',
    '',
  ])('not %s', (text) => {
    expect(acknowledges(text)).toBe(false);
  });
});

test('no text at all makes any of them throw or hang, and no sentence is two things at once', () => {
  const words = fc.constantFrom(
    ...[
      '昨天',
      '下午',
      '去社区',
      '清垃圾',
      '两小时',
      '党费',
      '交了',
      '多少',
      '请假',
      '出差',
      '到了',
      '孙波',
      '、',
      '，',
      '建议',
      '投诉',
      '我',
      '收到',
      '好的',
      '了',
      '？',
      '4000',
      '退休金',
      '没',
      '来不了',
    ],
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const kinds = [served(text, now), takesLeave(text), asksDues(text), cameList(text)].filter(
        (each) => each !== undefined,
      ).length;
      const bare = [paidDues(text, now), arrived(text), acknowledges(text)].filter(Boolean).length;
      suggests(text);
      complains(text);
      expect(bare).toBeLessThanOrEqual(1);
      if (bare === 1) expect(kinds).toBe(0);
    }),
    { numRuns: 3000 },
  );
});

test('repeating any word endlessly does not make reading endless', () => {
  const units = [
    '刚',
    '嗯',
    '一天',
    '好的',
    '今天',
    '已经',
    '我',
    '都',
    '到了',
    '孙波、',
    '两',
    '大概',
    '了',
    ' ',
    '请',
    '党费',
    '建议',
    '约',
    '，',
  ];
  for (const unit of units) {
    for (const end of ['', 'x', '假', '到了', '两小时', '了']) {
      const text = `${unit.repeat(Math.floor(2000 / unit.length))}${end}`;
      for (const all of [text, `昨天${text}`, `党费${text}`, text.slice(-110), `请${text.slice(-100)}`]) {
        for (const read of [
          served,
          takesLeave,
          paidDues,
          asksDues,
          suggests,
          complains,
          cameList,
          arrived,
          acknowledges,
        ])
          read(all, now);
      }
    }
  }
});
