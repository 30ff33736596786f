// The switches of the fake AI bot: everything nobody has documented, by name, with what is likely as the usual value. Decides nothing itself.

import { z } from 'zod';

/** Each says what is not known. What is written here people read at `GET /`. */
export const botSwitchForms = z.strictObject({
  wrongSecret: z.int().describe('机器人的 Secret 不对时，长连接订阅的错误码'),
  limit: z.int().describe('一个会话一分钟超过30条、一小时超过1000条的错误码'),
  neverWrote: z.int().describe('往没有人对机器人说过话的会话里发消息的错误码'),
  missingChunk: z.int().describe('分片上传少了一片就结束的错误码'),
  longContent: z.int().describe('正文超过20480字节的错误码'),
  pollEvery: z.int().min(1).describe('回调方式：没说完的回答，隔多少毫秒来问一次'),
  patience: z.int().min(1).describe('回调方式：多少毫秒没有回答就挂断'),
  deliveries: z.int().min(1).max(10).describe('回调方式：没人回200时，一条消息一共送几次（事件总是一次）'),
  mentionGap: z.string().describe('群里“@名字”和后面的话之间隔着什么字符'),
});

/** How the fake bot behaves where the documents leave it open. */
export type BotSwitches = Readonly<z.output<typeof botSwitchForms>>;

export const usualBotSwitches: BotSwitches = {
  wrongSecret: 853000,
  limit: 45009,
  neverWrote: 846607,
  missingChunk: 40058,
  longContent: 45002,
  pollEvery: 1000,
  patience: 5000,
  deliveries: 1,
  mentionGap: ' ',
};
