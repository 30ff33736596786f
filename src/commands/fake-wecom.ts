// `zhibu fake-wecom`: the words of the command. What it does is loaded when it runs.

import { InvalidArgumentError } from 'commander';
import type { AddCommand } from './index.ts';

export interface FakeWecomArguments {
  readonly port: number;
  /** Where callbacks of the app go, for example `http://127.0.0.1:8080/wecom/callback`. */
  readonly callback?: string;
  /** Milliseconds that every answer takes at least. */
  readonly latency?: number;
  /** Starts the AI bot too, also without its settings in the environment. */
  readonly bot?: boolean;
  /** Where callbacks of the AI bot go. */
  readonly botCallback?: string;
  /** An organisation file whose units and people make the corp. */
  readonly org?: string;
  /** Accounts in the visible range. */
  readonly members?: readonly string[];
  /** Keys of group robots. */
  readonly robots?: readonly string[];
}

export const fakeWecomCommand: AddCommand = (program, readConfig) =>
  program
    .command('fake-wecom')
    .description('本机上的假企业微信，用来试：应用、群、群机器人、智能机器人、通讯录、登录')
    .requiredOption('--port <n>', '端口，0是随便一个', whole)
    .option('--callback <url>', '成员说的话送到哪里，如 http://127.0.0.1:8080/wecom/callback', address)
    .option('--latency <ms>', '每次回答至少等多少毫秒', whole)
    .option('--bot', '同时开智能机器人（环境里有 WECOM_BOT_ID 或 WECOM_BOT_TOKEN 时自动开）')
    .option('--bot-callback <url>', '智能机器人的回调地址，缺省由 --callback 推出（/wecom/bot）', address)
    .option('--org <file>', '组织文件：里面的单位和人就是这个企业的部门和成员', String)
    .option('--members <ids>', '可见范围里的账号，逗号分开；不给就是发给谁都行', list)
    .option('--robots <keys>', '有哪些群机器人，逗号分开', list)
    .addHelpText('after', help)
    .action(async (options: FakeWecomArguments) =>
      (await import('./run-fake-wecom.ts')).runFakeWecom(options, readConfig()),
    );

const help = `
凭证取自环境变量 WECOM_*（没有的就编一套），启动后打印要写进 .env 的那几行。
只在本机，什么都不会发给真人，停下就全部忘掉；按 Ctrl-C 停。

用手操作（GET / 有全部说明和可以照抄的 curl，下面假定端口是9000）：
  curl http://127.0.0.1:9000/                                       全部说明
  curl 'http://127.0.0.1:9000/__inbox?user=wangfang'                成员收到了什么（群用 ?group=）
  curl -d '{"from":"wangfang","text":"签到"}' http://127.0.0.1:9000/__say        让成员说话（加 "group" 是在群里）
  curl -d '{"user":"wangfang","label":"参加"}' http://127.0.0.1:9000/__tap       点卡片上的按钮
  curl -d '{"from":"wangfang","kind":"image","base64":"…"}' http://127.0.0.1:9000/__upload    发图片、语音、文件
  curl -d '{"user":"wangfang"}' http://127.0.0.1:9000/__enter                    打开应用
  curl -d '{"api":"message/send","times":3,"code":45009}' http://127.0.0.1:9000/__fault       让接下来三次发送失败
  curl -d '{"forward":7200}' http://127.0.0.1:9000/__clock                       把它的钟往前拨两小时
  curl http://127.0.0.1:9000/__state                                现在的全部状态

先导入同一个组织、再让服务连它：
  zhibu import 组织.yaml
  zhibu fake-wecom --port 9000 --callback http://127.0.0.1:8080/wecom/callback --org 组织.yaml --bot
  把打印的几行写进 .env，另开一个终端：zhibu all`;

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('写成整数');
  return Number(text);
}

function address(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('写成 http:// 开头的地址');
  return text;
}

function list(text: string): readonly string[] {
  return text.split(/[,，]/).flatMap((part) => (part.trim() ? [part.trim()] : []));
}
