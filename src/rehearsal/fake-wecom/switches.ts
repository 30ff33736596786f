// The switches of the fake WeCom: everything nobody has documented, by name, with what is likely as the usual value. Decides nothing itself.

import { z } from 'zod';

/** Each says what is not known. What is written here people read at `GET /`. */
export const switchForms = z.strictObject({
  repeatedToken: z
    .enum(['same', 'new-beside', 'new-instead'])
    .describe('令牌还有效时再取：还是原来的；给新的，旧的也能用；给新的，旧的作废'),
  longText: z.enum(['cut', 'refuse']).describe('超过2048字节的文本：截断；或拒绝（45002）'),
  duplicateBy: z.enum(['body', 'content']).describe('重复检查比什么：整个请求；或收件人和内容'),
  duplicateAnswer: z
    .enum(['same-msgid', 'new-msgid'])
    .describe('被查重拦下的那次，回答里的 msgid：和第一次相同；或是新的'),
  lateRecall: z.enum(['refuse', 'done']).describe('超过24小时再撤回：拒绝（40058）；或照办'),
  secondRecall: z.enum(['refuse', 'done']).describe('同一条再撤回一次：拒绝（40058）；或照办'),
  repeatedCard: z
    .enum(['kept-back', 'refuse'])
    .describe('同一张互动卡片再发一次：当作重复拦下；或先以 task_id 用过为由拒绝（42014）'),
  replacedCard: z.enum(['event', 'nothing']).describe('按钮已被替换的卡片还能不能按：能，仍有事件；或按不动'),
  namelessMedia: z.int().describe('上传素材时表单字段不叫 media 的错误码'),
  rootRange: z.boolean().describe('应用的可见范围是不是整个企业（不是就不能建群，48002）'),
  unknownChat: z.literal([40050, 86003]).describe('往不存在的应用群里发消息的错误码'),
  robotLimit: z.int().describe('群机器人一分钟超过20条的错误码'),
  deliveries: z.int().min(1).max(10).describe('没人回200时，一条消息一共送几次（文档说重试三次，共3次还是4次不清楚）'),
  patience: z.int().min(1).describe('回调多少毫秒没有回答就挂断'),
  checkPatience: z.int().min(1).describe('保存回调地址时的检查，多少毫秒没有回答就算失败'),
  spacing: z.int().min(0).describe('两次投递之间隔多少毫秒'),
  freshSeal: z.boolean().describe('重试时签名和加密是不是重新做（时间戳、随机串都换）'),
  brokenReply: z.enum(['no-reply', 'failure']).describe('被动回复解不开：当作没有回复；或当作失败，再送一次'),
  assistant: z.enum(['ids', 'all']).describe('通讯录同步助手能读什么：只有账号和部门编号（48009）；或连姓名一起'),
  privateFields: z.boolean().describe('应用读成员时有没有手机、邮箱这些（2022年6月以前建的应用才有）'),
  outOfSight: z.literal([60011, 60021, 50002]).describe('读可见范围以外的成员的错误码'),
  contactEvents: z
    .enum(['all', 'ids', 'none'])
    .describe('通讯录变更事件：写全部字段；只写账号和部门编号；或自建应用根本收不到'),
  farewell: z
    .enum(['unsubscribed-first', 'deleted-first'])
    .describe('成员被删除时，先说离开可见范围，还是先说账号删除'),
  usedCode: z.literal([42022, 40029]).describe('登录用的 code 再用一次的错误码'),
  strangerLogin: z.enum(['openid', 'refuse']).describe('可见范围以外的成员来登录：当作外人给 openid；或拒绝（50002）'),
  tokensPerMinute: z.int().min(1).describe('一分钟取令牌多少次以后拒绝（45009）'),
  wrongSecretsPerHour: z.int().min(1).describe('一小时里密钥错多少次以后封住这个地址（45009）'),
  accountCap: z.int().min(1).describe('企业账号数：一天最多发这个数的200倍，再多就拒绝（45009）'),
});

/** How the fake behaves where the documents leave it open; tests run against both sides. */
export type FakeSwitches = Readonly<z.output<typeof switchForms>>;

/** Some switches, as they are set while it runs. */
export const switchesRequest = switchForms.partial();

export const usualSwitches: FakeSwitches = {
  repeatedToken: 'same',
  longText: 'cut',
  duplicateBy: 'body',
  duplicateAnswer: 'same-msgid',
  lateRecall: 'refuse',
  secondRecall: 'done',
  repeatedCard: 'kept-back',
  replacedCard: 'event',
  namelessMedia: 44001,
  rootRange: true,
  unknownChat: 40050,
  robotLimit: 45009,
  deliveries: 4,
  // W90238: 5 s for a message, 1 s for the check of an address.
  patience: 5000,
  checkPatience: 1000,
  spacing: 5000,
  freshSeal: true,
  brokenReply: 'no-reply',
  assistant: 'ids',
  privateFields: false,
  outOfSight: 60011,
  contactEvents: 'all',
  farewell: 'unsubscribed-first',
  usedCode: 42022,
  strangerLogin: 'openid',
  tokensPerMinute: 100,
  wrongSecretsPerHour: 2000,
  accountCap: 100_000,
};
