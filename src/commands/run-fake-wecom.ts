// Runs the fake WeCom for trying things by hand, and says how the service is connected with it. Sends nothing to anybody.

import { once } from 'node:events';
import type { Config } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import { accountsOf, sayRosterProblem } from '../domain/roster.ts';
import { dayOf } from '../domain/time.ts';
import { readOrganisation } from '../library/roster/read-organisation.ts';
import { fakeBotCredentials } from '../rehearsal/fake-wecom/bot-fake.ts';
import type { CorpOptions } from '../rehearsal/fake-wecom/corp.ts';
import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../rehearsal/fake-wecom/fake-wecom.ts';
import type { FakeWecomArguments } from './fake-wecom.ts';

/** Where the command writes and when it ends; a terminal and its signals when absent. */
export interface Surroundings {
  readonly print: (line: string) => void;
  readonly stopped: Promise<unknown>;
}

/** Runs until it is interrupted. Values missing in the environment are made up, and printed so that the service can be started with them. */
export async function runFakeWecom(
  options: FakeWecomArguments,
  config: Config,
  around: Surroundings = terminal(),
): Promise<void> {
  const wecom = await start(await worldFor(options, config));
  const { print } = around;
  print(`假企业微信已启动：${wecom.url}`);
  if (!options.callback)
    print('没有 --callback，成员说的话送不到服务；例如 --callback http://127.0.0.1:8080/wecom/callback');
  const lines = linesFor(wecom, config);
  if (lines.length > 0) print(['把这些行写进 .env（或设成环境变量），再启动服务：', ...lines].join('\n'));
  print(`让成员说话：curl -d '{"from":"wangfang","text":"帮助"}' ${wecom.url}/__say`);
  print(`看成员收到了什么：curl '${wecom.url}/__inbox?user=wangfang'`);
  print(`全部说明：curl ${wecom.url}/`);
  await around.stopped;
  await wecom.close();
}

async function worldFor(options: FakeWecomArguments, config: Config): Promise<FakeWecomOptions> {
  const given = config.environment;
  const { port, callback, latency, members, robots, org } = options;
  const corp = org === undefined ? undefined : await corpFrom(org, given.WECOM_CONTACT_SECRET);
  return {
    port,
    credentials: {
      corpId: given.WECOM_CORP_ID ?? fakeCredentials.corpId,
      agentId: given.WECOM_AGENT_ID ?? fakeCredentials.agentId,
      secret: given.WECOM_SECRET ?? fakeCredentials.secret,
      token: given.WECOM_TOKEN ?? fakeCredentials.token,
      encodingAesKey: given.WECOM_ENCODING_AES_KEY ?? fakeCredentials.encodingAesKey,
    },
    ...(callback === undefined ? {} : { callback }),
    ...(latency === undefined ? {} : { latency }),
    ...(members === undefined ? {} : { members }),
    ...(robots === undefined ? {} : { robots }),
    ...(corp === undefined ? {} : { corp }),
    ...(options.bot || given.WECOM_BOT_ID || given.WECOM_BOT_TOKEN ? { bot: botFor(options, config) } : {}),
  };
}

function botFor({ callback, botCallback }: FakeWecomArguments, config: Config): NonNullable<FakeWecomOptions['bot']> {
  const given = config.environment;
  const guessed = callback?.endsWith('/wecom/callback') ? callback.replace(/callback$/, 'bot') : undefined;
  const where = botCallback ?? guessed;
  return {
    credentials: {
      botId: given.WECOM_BOT_ID ?? fakeBotCredentials.botId,
      secret: given.WECOM_BOT_SECRET ?? fakeBotCredentials.secret,
      token: given.WECOM_BOT_TOKEN ?? fakeBotCredentials.token,
      encodingAesKey: given.WECOM_BOT_AES_KEY ?? fakeBotCredentials.encodingAesKey,
    },
    ...(given.WECOM_BOT_NAME === undefined ? {} : { name: given.WECOM_BOT_NAME }),
    ...(where === undefined ? {} : { callback: where }),
  };
}

/** Units become departments, people members of theirs. */
async function corpFrom(file: string, assistantSecret: string | undefined): Promise<CorpOptions> {
  const read = await readOrganisation(file, { today: dayOf(Date.now()) });
  if (read.kind === 'refused')
    throw new Fault('bad-file', `${file}：${read.problems.map(sayRosterProblem).join('；')}`);
  const { units, members } = read.organisation;
  const ids = new Map(units.map((unit, index) => [unit.id, index + 2]));
  return {
    departments: units.map(({ id, name, parent }) => ({
      id: ids.get(id)!,
      name,
      parentid: (parent !== undefined && ids.get(parent)) || 1,
    })),
    users: members.map(({ id, name, unit, accounts = {} }) => ({
      userid: new Map(accountsOf(accounts)).get('wecom') ?? id ?? name,
      name,
      department: [('id' in unit && ids.get(unit.id)) || 1],
    })),
    ...(assistantSecret === undefined ? {} : { assistantSecret }),
  };
}

async function start(options: FakeWecomOptions): Promise<FakeWecom> {
  try {
    return await startFakeWecom(options);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'EADDRINUSE') throw cause;
    throw new Fault('config', `端口 ${options.port} 已被占用，请用 --port 换一个`, { cause });
  }
}

/** What the service's environment lacks. Values that are set are not shown: they may be secrets. */
function linesFor({ url, credentials, bot }: FakeWecom, config: Config): string[] {
  const given = config.environment;
  const made: Record<string, string | number> = {
    WECOM_CORP_ID: credentials.corpId,
    WECOM_AGENT_ID: credentials.agentId,
    WECOM_SECRET: credentials.secret,
    WECOM_TOKEN: credentials.token,
    WECOM_ENCODING_AES_KEY: credentials.encodingAesKey,
  };
  // A bot in callback mode has no id and secret: the long connection would win.
  const isCallbackBot = given.WECOM_BOT_TOKEN !== undefined && given.WECOM_BOT_ID === undefined;
  if (bot && isCallbackBot) made.WECOM_BOT_AES_KEY = bot.credentials.encodingAesKey;
  else if (bot) Object.assign(made, { WECOM_BOT_ID: bot.credentials.botId, WECOM_BOT_SECRET: bot.credentials.secret });
  const missing = Object.entries(made).filter(([name]) => given[name as keyof typeof given] === undefined);
  const addresses = [
    ...(given.WECOM_API_BASE === url ? [] : [`WECOM_API_BASE=${url}`]),
    ...(bot && !isCallbackBot && given.WECOM_BOT_WS !== bot.ws ? [`WECOM_BOT_WS=${bot.ws}`] : []),
  ];
  return [...addresses, ...missing.map(([name, value]) => `${name}=${value}`)];
}

function terminal(): Surroundings {
  return {
    print: (line) => process.stdout.write(`${line}\n`),
    stopped: Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]),
  };
}
