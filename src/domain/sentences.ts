// Full sentences that say all a conversation needs: a service done, a leave, dues paid, a suggestion. In doubt undefined: to ask again is better than to record what nobody said.

import { findDay } from './chinese/dates.ts';
import { findDuration } from './chinese/durations.ts';
import { readNumber } from './chinese/numbers.ts';
import { plain, plainAnswer } from './chinese/plain.ts';
import type { DuesCategory } from './dues.ts';
import { hasNameDot, looksLikeName } from './person-name.ts';
import type { Day, Instant, Month } from './time.ts';
import { addMonths, dayOf, monthOf } from './time.ts';

/** Longer texts are stories, not reports. */
const longestSentence = 120;

/** True for a question, also one without its mark. */
export function isQuestion(text: string): boolean {
  return question.test(text);
}

/** What was wanted, supposed, thanked for or not done: no report of anything. */
export const notMeantAsDone =
  /^(?:谢谢|感谢|多谢|如果|要是|假如|听说|据说)|没有?(?:去|能|来|做|办|参加)|取消|不用|不想|打算|准备去|下次|以后再/u;

const question =
  /[?？]|[吗么]|呢$|怎样|如何|什么|哪[里儿个天些]|几[点个人时]|多少|谁|是否|能不能|可不可以|要不要|有没有|没有?[。.]?$/u;

// Aliases, not interfaces: answers are passed on as plain records.
export type Served = { readonly on?: Day; readonly hours: number; readonly what: string };

/** A voluntary service that was done: how long, what, and on which day if that was said. A future day is passed on, so that it is questioned. */
export function served(text: string, now: Instant): Served | undefined {
  if (text.length > longestSentence || question.test(text) || notDone.test(text)) return undefined;
  const duration = findDuration(text);
  if (!duration) return undefined;
  const without = cut(text, duration);
  const day = findDay(without, dayOf(now), 'past');
  const what = tidyWhat(day ? cut(without, day) : without);
  if (what.length < 2 || !service.test(what) || (noService.test(what) && !surelyService.test(what))) return undefined;
  return { ...(day ? { on: day.day } : {}), hours: duration.hours, what };
}

/** A service that was done on a named day, today or earlier, whose length was not said and is still to be asked for. */
export function servedSometime(text: string, now: Instant): Omit<Served, 'hours'> | undefined {
  if (text.length > longestSentence / 3 || question.test(text) || notDone.test(text) || findDuration(text))
    return undefined;
  const day = findDay(text, dayOf(now), 'past');
  if (
    !day ||
    day.day > dayOf(now) ||
    !/去|参加|做了|帮|陪|打扫|清|扫|值守|执勤|献|植树|走访|入户|慰问|看望/u.test(text)
  )
    return undefined;
  const what = tidyWhat(cut(text, day));
  if (
    what.length < 3 ||
    !service.test(what) ||
    noService.test(what) ||
    notMeantAsDone.test(text) ||
    /[很真]|不错|取消|改[到在]|几|请假|来不了|病了|我(?:[爸妈爷奶]|父|母|爱人|老[公婆]|[儿孩女])/u.test(text)
  )
    return undefined;
  return { on: day.day, what };
}

const notDone =
  /没[有能去来]?|[不别未]|打算|准备|计划|想[去要]|要去|将[要会]|下次|以后|每[天周月次]|帮我|请[您你]|需要|通知|安排|的话|如果/u;
const surelyService = /志愿|义务|公益|义工|辅导|义诊|支教|陪.{0,4}老(?![婆公伴妈爸娘家])|[敬养]老院|福利院/u;
const service =
  /志愿|义务|公益|义工|义诊|义剪|义卖|支教|助[老学农残]|清[理扫洁运淤除]|清.{0,4}[圾道广雪草沟河滩]|打扫|大扫除|扫(?:雪|地|街|路|楼|院|落叶|卫生)|捡|拾|铲|除[草雪]|植树|种[树花]|栽|浇水|[帮扶]|慰问|探[望视]|看望|走访|入户|陪(?:[护伴同孩]|老(?![婆公伴妈爸娘家]))|照[顾料]|送[温饭餐菜药书水医教爱清米油]|宣[传讲]|讲解|普法|科普|劝导|引导|疏导|执勤|值[勤守]|站岗|巡[逻查河护山湖街]|护[学河林苗]|维护|维持|秩序|献.{0,3}血|捐|辅导|防[汛火疫控]|抢险|救[灾援助]|搬运|搬[东物桌书]|维?修[理水电灯路家]|安装|粉刷|整理|分[类发]|排查|登记|调解|咨询|理发|剪发|磨刀|服务(?![器员费])|测温|疫苗|包饺子|指挥交通|教(?=老|孩|邻|居)|给[^我].{0,6}[讲读教送做修念]|敬老院|养老院|福利院|(?:社区|小区|村里|卡点|路口).{0,6}值班/u;
const noService =
  /[开参]加?.{0,6}会(?!场|馆)|会议|睡|吃饭|喝酒|看(?:电视|电影|书|手机|剧)|听课|上[课班学]|加班|出差|学习|培训|党课|玩|游戏|跑步|散步|健身|打[牌球麻]|逛|购物|做饭|堵车|坐车|开车|等[车人]|排队|休息|聊天|自己家|我家|家务|收费|兼职|旅游|考试/u;

/** What was done, without who, 大概, 一共 and the verb said twice (清垃圾清了两小时). */
function tidyWhat(text: string): string {
  const words = plainEdges(text)
    .replace(/^(?:嗯+|呃+|那个|报服务|报一下|报告一?下?|汇报一?下?|记一下|登记一下|志愿服务[:：])[\s,，:：]*/u, '')
    .replace(/^(?:我们几个|我们|我|本人|俺)/u, '')
    .replace(/(?:请?记一?下|登记一?下|谢谢|辛苦了|[吧呢啊哦哈])+$/u, '');
  const bare = plainEdges(words).replace(
    /(?:大概|大约|差不多|约|近|一共|总共|共计?|历时|时长|用时|用|花|干|(?<!帮)忙活?|做|待|有)+了?$/u,
    '',
  );
  return plainEdges(withoutEcho(plainEdges(bare.replace(/值了?的?班$/u, '值班')))).replace(/[了啦]$/u, '');
}

/** 清垃圾清了 → 清垃圾. */
function withoutEcho(text: string): string {
  const echo = /^(.*?)([\u4e00-\u9fff]{2})了$/u.exec(text);
  if (echo?.[1]?.includes(echo[2]!)) return echo[1];
  const verb = /^(.*)([清扫捡植种栽巡搬修送铲帮])了$/u.exec(text);
  return verb?.[1]?.includes(verb[2]!) ? verb[1] : text;
}

export const leaveReasons = ['illness', 'duty', 'family', 'travel', 'other'] as const;
export type LeaveReason = (typeof leaveReasons)[number];
export type LeaveTaken = { readonly reason?: LeaveReason };

/** The speaker's own wish to be excused; the reason as a category if one was said, its words are not passed on. */
export function takesLeave(text: string): LeaveTaken | undefined {
  const line = plain(text).trim();
  if (/^[病事]假$/u.test(line)) return { reason: line === '病假' ? 'illness' : 'other' };
  if (line.length > longestSentence || !cannotCome.test(line) || notMine.test(line)) return undefined;
  if (/怎么|如何|什么|谁|多少|几个|请假[了过]?吗|没有?[?？]?$|流程|制度|规定/u.test(line)) return undefined;
  if (!ownBeginning.test(line) && !/我(?!们支部)/u.test(line)) return undefined;
  const reason = reasonIn(line.replace(events, ''));
  return reason ? { reason } : {};
}

const cannotCome =
  /请[个一两天半次了病事]*假|[来去到]不(?:了|成)|参加不(?:了|成)|(?:不能|无法|没法|没办法|不便)(?:按时|准时)?(?:参加|来|去|到|出席)|缺席|不(?:来|去|参加)了|赶不[上过回到]|回不[来去]|走不开/u;
const notMine =
  /[他她]|同志|[替帮代给]|[跟向]我|大家|有人|(?:不用?|没有?|不想|不必|取消|撤销|别|无需)(?:再)?请.{0,2}假|销假|不是.{0,4}不了|(?:上次|上回|上个?月|上周.?|昨天|前天).{0,6}(?:请|没来|没去)/u;
const ownBeginning =
  /^(?:我|本人|俺|因|由于|对?不起|不好意思|抱歉|书记|您好|你好|报告|请|今|明|后天|大后天|周|星期|下|这|本|\d|主题|党日|党课|活动|会议|开会|参加|无法|不能|没法|来不|去不|赶不|恐怕|可能|临时|突然|单位|公司|怕是|[恐只]怕|陪|家[里中人]|孩子|小孩|老[人伴公婆]|爱人|孙[子女]|外孙|儿子|女儿|[爸妈爷奶婆]|父[母亲]|母亲|身体|感冒|发烧|发热|生病|病|住院|肚子|头[疼晕痛]|腰|腿|脚|血压|在外|外出|外地|出差|出国|值班|加班|上班|工作|有[事点急个]|最近|正在|还在|人在|要|得|不在|回老家|走不开)/u;
const events =
  /主题党日|党日|党课|(?:党员|支部|支委|党小组|组织生活|全体)大?会议?|活动|(?:明天|后天|今天|下午|上午|晚上|这次|下次|的)(?:开会|会议|会|学习)/gu;

const reasons: readonly (readonly [LeaveReason, RegExp])[] = [
  [
    'family',
    /家[里中人属]|家长会|孩子|小孩|儿子|女儿|孙[子女]|[外老]?婆|老人|老伴|爱人|老公|丈夫|妻子|父[母亲]|母亲|[爸妈爷奶娃]|岳|公公|奔丧|丧事|白事|婚礼|结婚|搬家|老家有事/u,
  ],
  [
    'illness',
    /病|发烧|发热|感冒|住院|手术|不舒服|骨折|受伤|[扭摔崴]伤?了|咳|[头牙腰腿胃肚脚]子?[疼痛晕]|血压|输液|打针|化疗|拉肚子/u,
  ],
  [
    'duty',
    /出差|[值加上夜轮]班|公务|公差|工作|任务|单位|培训|调研|下乡|出警|执勤|带队|讲课|上课|接待|迎检|(?:有|在|要|得|去|市里|局里|区里|县里|省里|镇里|公司|另).{0,4}(?:开会|会议|个会)/u,
  ],
  ['illness', /医院|体检|复查|身体/u],
  [
    'travel',
    /外出|在外|外地|旅[游行]|不在(?:本|家|市|城|北|上|当)|出国|国外|出远门|探亲|老家|度假|火车|飞机|堵车|路上|回不来|赶不回/u,
  ],
  ['other', /事假|有[点些个急要私]*事|私事|事情|走不开|忙|冲突|别的安排|有安排|不方便/u],
];

function reasonIn(line: string): LeaveReason | undefined {
  return reasons.find(([, words]) => words.test(line))?.[0];
}

/** The category of a reason said in answer to “why”; undefined when the words are no reason. */
export function leaveReasonIn(text: string): LeaveReason | undefined {
  const line = plain(text).trim();
  if (line.length > longestSentence || /怎么|如何|什么|不[用请想]|取消|能[来去参]/u.test(line)) return undefined;
  return reasonIn(line);
}

/** That the speaker has paid the dues of the present month. With `now` the month may be named (`12月党费交了`); another month is not this one. */
export function paidDues(text: string, now?: Instant): boolean {
  const line = plainAnswer(text)
    .replace(/^(?:[小老][\u4e00-\u9fff](?:啊|呀|同志)?|[\u4e00-\u9fff]?书记|您好|你好|报告|收到)[,，]?/u, '')
    .replace(/([交缴])给(?:你们?|您|书记|支部|组织委员|[小老][\u4e00-\u9fff])/u, '$1');
  const month = /(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?/u.exec(line);
  if (month && (now === undefined || readNumber(month[1]!) !== Number(dayOf(now).slice(5, 7)))) return false;
  const bare = month ? line.replace(month[0], '本月') : line;
  return paidForms.some((form) => form.test(bare));
}

/** The earlier month of the last twelve whose dues the speaker has paid: `11月党费交了`, `上个月的党费我交了`. */
export function paidEarlierDues(text: string, now: Instant): Month | undefined {
  const present = monthOf(dayOf(now));
  const named = /上个?月|(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?/u.exec(plainAnswer(text));
  if (!named) return undefined;
  const number = named[1] === undefined ? Number(addMonths(present, -1).slice(5)) : readNumber(named[1]);
  const month = Array.from({ length: 11 }, (_, index) => addMonths(present, -1 - index)).find(
    (one) => Number(one.slice(5)) === number,
  );
  return month && paidDues(plainAnswer(text).replace(named[0], '本月')) ? month : undefined;
}

const who = '(?:我|本人|俺)?';
const when = '(?:今天|刚才|刚|昨天|这个月|这月|本月|当月|月|的|也|都|已经|已)*';
const paidForms = [
  new RegExp(
    `^${who}${when}${who}党费${who}${when}(?:交|缴|交纳|缴纳|转|付|上交)(?:过|好|完|清|掉|上|过去)?[了啦](?:[哈哦呀]|谢谢|,谢谢)?$`,
    'u',
  ),
  new RegExp(`^${who}${when}党费${who}(?:已经?|都)(?:交|缴|交纳|缴纳)(?:过|好|完|清|齐)?[了啦]?$`, 'u'),
  new RegExp(`^${who}${when}(?:交|缴|交纳|缴纳)(?:过|完|好)?了?${when}党费[了啦]$`, 'u'),
  new RegExp(`^${who}${when}(?:交|缴|交纳|缴纳)(?:过|完|好|了)+${when}党费[了啦]?$`, 'u'),
  new RegExp(`^${who}已经?(?:交|缴|交纳|缴纳)了?${when}党费[了啦]?$`, 'u'),
];

export type DuesAsked = { readonly figure?: number; readonly category?: DuesCategory };

/** How much dues are for an income, with the figure and the category as far as they were said. A yearly or pre-tax figure is not taken. */
export function asksDues(text: string): DuesAsked | undefined {
  const line = plain(text);
  if (line.length > 60 || !/党费/u.test(line)) return undefined;
  if (!/多少|怎么算|咋算|如何算|算一?下|算算|交几|几块/u.test(line)) return undefined;
  if (/[谁他她]|交了|收了|一共|总共|支部|大家|人均|比例是|已经/u.test(line)) return undefined;
  const category = duesWords.find(([, words]) => words.test(line))?.[0];
  const figures = [...line.matchAll(figureIn)].map((match) => readNumber(match[0]));
  const usable = figures.length === 1 && !/年薪|年收入|一年|税前|应发/u.test(line) ? figures[0] : undefined;
  return { ...(usable === undefined ? {} : { figure: usable }), ...(category ? { category } : {}) };
}

const figureIn =
  /(?<![\d.])(?:\d[\d,]*(?:\.\d+)?[千万kw]?\d*|[一二两三四五六七八九十][一二两三四五六七八九十零百千万点]+)(?![\d.月日号年%])/gu;
const duesWords: readonly (readonly [DuesCategory, RegExp])[] = [
  ['retired', /退休|离休|养老金/u],
  ['annual-salary', /年薪/u],
  ['self-employed', /个体|做生意|开店|自己干/u],
  ['farmer', /农民|种地|务农/u],
  ['student', /学生|上学|读研/u],
  ['relief', /下岗|失业|低保|抚恤/u],
  ['employed', /工资|月薪|月收入|税后|到手|薪/u],
];

/** The suggestion itself, without 建议 before it. */
export function suggests(text: string): string | undefined {
  const said =
    /^(?:我|我们)?(?:想|要)?(?:提[个一]?[个条]?)?(?:小?建议|提议)[\s,，:：]*(?:是|就是)?[\s,，:：]*(\S[\s\S]*)$/u.exec(
      text.trim(),
    ) ??
    /^(?:我|我们)?((?:希望|盼望)(?:支部|组织|以后|今后|能|可以|多|少|把|下次|下回|主题党日|活动|党课)[\s\S]+)$/u.exec(
      text.trim(),
    );
  const words = said?.[1]?.trim();
  if (!words || words.length < 4 || words.length > 500) return undefined;
  return /^(?:怎么|如何|收到|已|是什么|在哪|书|箱|很|不错|都|被|呢|吗|的|没|有[吗没]|交|提|是不是|谁)/u.test(words)
    ? undefined
    : words;
}

/** The complaint itself, without 我要投诉 before it. */
export function complains(text: string): string | undefined {
  const said =
    /^(?:我|我们)?(?:要|想)?(?:投诉|举报)(?:一下|个事|一个问题)?[\s,，:：]*(\S[\s\S]*)$/u.exec(text.trim()) ??
    /^(?:我|我们)(?:要|想)(?:反映|反应)(?:一下|个事|[一个]*问题|[一个]*情况)?[\s,，:：]*(\S[\s\S]*)$/u.exec(
      text.trim(),
    );
  const words = said?.[1]?.trim();
  if (!words || words.length < 4 || words.length > 500) return undefined;
  return /^(?:怎么|如何|电话|热线|渠道|箱|邮箱|处理|收到|已|在哪|给谁|谁|的|了|有[没用]|会不会|是不是|信)/u.test(words)
    ? undefined
    : words;
}

/** The names in `到了 孙波 钱多` or `孙波、钱多到了`; whether there are such members is for others to say. */
export function cameList(text: string): readonly string[] | undefined {
  const line = plain(text)
    .trim()
    .replace(/[。.]+$/u, '');
  const before = /^(?:今天)?(?:已到|实到|到会|到了|来了|到场)(?:的有|的是|的)?[\s:,,、]+(.+)$/u.exec(line)?.[1];
  const behind =
    before === undefined
      ? /^(.+?)(?:[\s,]*(?:都|也|已经?|全))*(?:到|来)(?:了|齐了|场了|会了)$/u.exec(line)?.[1]
      : undefined;
  const names = (before ?? behind ?? '')
    .split(/[\s、,，;；和及与]+/u)
    .flatMap((name) => name.replace(/(?:同志|老师)$/u, '') || []);
  if (names.length === 0 || names.some((name) => !isNameOfList(name))) return undefined;
  return before !== undefined || names.every(beginsLikeName) ? [...new Set(names)] : undefined;
}

export const noName =
  /我|们|大家|全部|所有|都|人员|领导|书记|委员|时[间候]|周[末一二三四五六日]|马上|高铁|[春夏秋冬]天|年底|月底|快[递要]|[车票]$|已经|刚|通知|材料|文件|包裹|消息|终于|今天|明天|一会/u;
/** The hundred-odd commonest family names: a word before 到了 that begins otherwise is rather a parcel than a person. */
export const surnames =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝';

/** 都 and the like part lists, but stand in names with a dot as well. */
function isNameOfList(name: string): boolean {
  return hasNameDot(name) || (looksLikeName(name) && !noName.test(name));
}

/** True for a common family name in front, or a name that its dot gives away. */
export function beginsLikeName(name: string): boolean {
  return surnames.includes(name[0]!) || hasNameDot(name);
}

/** The names in `孙波、钱多交了党费`, `收到孙波的党费` or `确认 孙波`; whether there are such members is for others to say. */
export function paidList(text: string): readonly string[] | undefined {
  const line = plainAnswer(plain(text).trim().replace(/\s+/gu, '、'));
  const listed =
    /^(?:已收到?|收到|确认)了?[、,:]*(.+?)(?:[、,]*的?党费)?(?:收到|收|交|缴)?了?$/u.exec(line)?.[1] ??
    /^(.+?)的?党费(?:已收到?|收到了|收了)$/u.exec(line)?.[1] ??
    /^(.+?)(?:把)?(?:本月|这个?月|当月)?(?:的党费|党费)?(?:[、,]*(?:都|也|已经?))*(?:交|缴)(?:了|过了|齐了|了党费|党费了|来了)$/u.exec(
      line,
    )?.[1];
  const names = (listed ?? '').split(/[、,，;；和及与]+/u).flatMap((name) => name.replace(/(?:同志|老师)$/u, '') || []);
  const isName = (name: string) => isNameOfList(name) && !/党费|本月|这个?月|上个?月|昨天/u.test(name);
  return names.length > 0 && names.every((name) => isName(name) && beginsLikeName(name))
    ? [...new Set(names)]
    : undefined;
}

/** That the speaker is there. */
export function arrived(text: string): boolean {
  return /^(?:书记[,，]?)?(?:报告[,，]?)?(?:我|本人|俺)?(?:已经?|刚|也|现在)*(?:到|来)(?:会场|现场|会议室|活动室|支部|场)?(?:了|啦|咯)$|^(?:我|本人)(?:已经?)?(?:到场|到会|签到|在现场|在会场|已到)[了啦]?$/u.test(
    plainAnswer(text),
  );
}

/** That the speaker has read what was said. */
export function acknowledges(text: string): boolean {
  return (
    /^(?:(?:收到|已收到|知道|已知|知悉|已?阅|明白|了解|清楚|好|好嘞|行|可以|没问题|嗯|ok|谢谢|感谢|辛苦)(?:了|的|啦|哈|您|你|书记|通知)*[,，、。!~]?)+$/u.test(
      plainAnswer(text),
    ) ||
    /^(?:好的?[,，]?|收到[,，]?)?(?:我|一定|会|能|可以)*(?:按时|准时|一定)?(?:参加|到会|到场|出席)$/u.test(
      plainAnswer(text),
    )
  );
}

function cut(text: string, span: { readonly from: number; readonly to: number }): string {
  return text.slice(0, span.from) + text.slice(span.to);
}

function plainEdges(text: string): string {
  return text.replace(/^[\s,，。.!！、;；:：~（）()]+|[\s,，。.!！、;；:：~（）()]+$/gu, '');
}
