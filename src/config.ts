// The environment, read and checked once and then passed on. Nothing else reads process.env.

import { existsSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from './domain/fault.ts';

/** Pasted values often bring a space along. The words are for operators: what the value must look like, never the value itself. */
const text = z.string().trim().min(1, '是空的，请填上或去掉这一行').optional();
const secret43 = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9]{43}$/, '要正好43个字母或数字，请到企业微信管理后台重新复制')
  .optional();
const address = (protocol: RegExp, example: string) => z.url({ protocol, error: `要写成完整的网址，如 ${example}` });
const web = (example: string) => address(/^https?$/, example);
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `只能是 ${values.join('、')} 中的一个` });
const wholeNumber = (from: number, to: number, say: string) =>
  z.coerce.number({ error: say }).int(say).min(from, say).max(to, say);

const environment = z.object({
  PORT: wholeNumber(0, 65535, '要是0到65535之间的整数').default(8080),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: web('https://zhibu.example.cn').optional(),
  DATA_DIR: z.string().default('./data'),
  PACKS_DIR: text,
  DATABASE_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  WECOM_CORP_ID: text,
  WECOM_AGENT_ID: wholeNumber(1, 2 ** 31, '要是一个整数，就是应用页面上的 AgentId，如 1000002').optional(),
  WECOM_SECRET: text,
  WECOM_TOKEN: text,
  WECOM_ENCODING_AES_KEY: secret43,
  WECOM_API_BASE: web('https://qyapi.weixin.qq.com').default('https://qyapi.weixin.qq.com'),
  WECOM_BOT_ID: text,
  WECOM_BOT_SECRET: text,
  WECOM_BOT_WS: address(/^wss?$/, 'wss://openws.work.weixin.qq.com').optional(),
  WECOM_BOT_TOKEN: text,
  WECOM_BOT_AES_KEY: secret43,
  WECOM_BOT_NAME: text,
  WECOM_CONTACT_SECRET: text,
  WECHATY_PUPPET: text,
  WECHATY_TOKEN: text,
  // The pace of a person: reasons in channels/wechaty/pace.ts and listen.ts.
  WECHATY_PER_HOUR: wholeNumber(1, 1000, '要是1到1000之间的整数').default(100),
  WECHATY_PER_DAY: wholeNumber(1, 5000, '要是1到5000之间的整数').default(400),
  WECHATY_PAUSE: wholeNumber(2, 60, '要是2到60之间的整数（秒）').default(2),
  WECHATY_FRIENDS_PER_DAY: wholeNumber(0, 50, '要是0到50之间的整数').default(20),
  // Most megabytes of what members send in; WeCom itself gives no more than these (W90253, W90254).
  UPLOAD_PICTURE_MB: wholeNumber(1, 100, '要是1到100之间的整数').default(10),
  UPLOAD_FILE_MB: wholeNumber(1, 100, '要是1到100之间的整数').default(20),
  SIMULATOR: oneOf(['on', 'off']).optional(),
  FIELD_KEY: z
    .string()
    .refine(
      (value) => Buffer.from(value, 'base64').length === 32,
      '要是32字节的 base64，可以用 openssl rand -base64 32 生成',
    )
    .optional(),
});

export interface WecomSettings {
  readonly corpId: string;
  readonly agentId: number;
  readonly secret: string;
  readonly token: string;
  readonly aesKey: string;
  readonly apiBase: string;
}

export type Environment = z.output<typeof environment>;

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  /** A folder of programmes of one's own, beside those that come along. */
  readonly packsDir: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly logLevel: Environment['LOG_LEVEL'];
  /** The self-built app; undefined while any of its values is missing. */
  readonly wecom: WecomSettings | undefined;
  readonly simulator: boolean;
  /** True where real people are reached: content then needs release, and nobody moves the clock. */
  readonly isReal: boolean;
  readonly fieldKey: string | undefined;
  /** The checked environment itself, for doctor. */
  readonly environment: Environment;
}

/** Reads `.env` (values already set win) and checks everything; throws a Fault of code `config` naming each wrong value. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  if (env === process.env && existsSync('.env')) process.loadEnvFile('.env');
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new Fault('config', `环境变量有误，请改好再启动：${problems.join('；')}`);
  }
  const values = parsed.data;
  const wecom = wecomSettings(values);
  // Anybody who reaches the simulator speaks as anybody: it is never open to other machines by itself.
  const loopback = ['127.0.0.1', 'localhost', '::1'].includes(values.HOST);
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    dataDir: values.DATA_DIR,
    packsDir: values.PACKS_DIR,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    logLevel: values.LOG_LEVEL,
    wecom,
    simulator: values.SIMULATOR === 'on' || (values.SIMULATOR === undefined && !hasRealChannel(values) && loopback),
    isReal: hasRealChannel(values),
    fieldKey: values.FIELD_KEY,
    environment: values,
  };
}

function wecomSettings(values: Environment): WecomSettings | undefined {
  const { WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET, WECOM_TOKEN, WECOM_ENCODING_AES_KEY, WECOM_API_BASE } = values;
  if (!WECOM_CORP_ID || !WECOM_AGENT_ID || !WECOM_SECRET || !WECOM_TOKEN || !WECOM_ENCODING_AES_KEY) return undefined;
  return {
    corpId: WECOM_CORP_ID,
    agentId: WECOM_AGENT_ID,
    secret: WECOM_SECRET,
    token: WECOM_TOKEN,
    aesKey: WECOM_ENCODING_AES_KEY,
    apiBase: WECOM_API_BASE.replace(/\/+$/, ''),
  };
}

function hasRealChannel(values: Environment): boolean {
  return Boolean(
    values.WECOM_CORP_ID ||
      values.WECOM_BOT_ID ||
      values.WECOM_BOT_TOKEN ||
      values.WECHATY_PUPPET ||
      values.WECHATY_TOKEN,
  );
}
