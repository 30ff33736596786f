// `zhibu fake-wecom`: a WeCom on this machine for trying things by hand. Sends nothing to anybody.

import { once } from 'node:events';
import type { Config } from '../config.ts';
import { fakeCredentials, startFakeWecom } from '../rehearsal/fake-wecom/fake-wecom.ts';

export interface FakeWecomArguments {
  readonly port: number;
  /** Where callbacks go, for example `http://127.0.0.1:8080/wecom/callback`. */
  readonly callback?: string;
  /** Milliseconds that every answer takes at least. */
  readonly latency?: number;
}

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
  const given = config.environment;
  const credentials = {
    corpId: given.WECOM_CORP_ID ?? fakeCredentials.corpId,
    agentId: given.WECOM_AGENT_ID ?? fakeCredentials.agentId,
    secret: given.WECOM_SECRET ?? fakeCredentials.secret,
    token: given.WECOM_TOKEN ?? fakeCredentials.token,
    encodingAesKey: given.WECOM_ENCODING_AES_KEY ?? fakeCredentials.encodingAesKey,
  };
  const wecom = await startFakeWecom({ ...options, credentials });
  around.print(`假企业微信已启动：${wecom.url}`);
  if (!options.callback)
    around.print('没有 --callback，成员说的话送不到服务；例如 --callback http://127.0.0.1:8080/wecom/callback');
  if (!config.wecom) {
    around.print('启动服务时用这些环境变量：');
    around.print(
      [
        `WECOM_API_BASE=${wecom.url}`,
        `WECOM_CORP_ID=${credentials.corpId}`,
        `WECOM_AGENT_ID=${credentials.agentId}`,
        `WECOM_SECRET=${given.WECOM_SECRET ? '（已设置）' : credentials.secret}`,
        `WECOM_TOKEN=${given.WECOM_TOKEN ? '（已设置）' : credentials.token}`,
        `WECOM_ENCODING_AES_KEY=${given.WECOM_ENCODING_AES_KEY ? '（已设置）' : credentials.encodingAesKey}`,
      ].join('\n'),
    );
  }
  around.print(`让成员说话：curl -d '{"from":"wangfang","text":"帮助"}' ${wecom.url}/__say`);
  around.print(`看成员收到了什么：curl ${wecom.url}/__inbox?user=wangfang`);
  await around.stopped;
  await wecom.close();
}

function terminal(): Surroundings {
  return {
    print: (line) => process.stdout.write(`${line}\n`),
    stopped: Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]),
  };
}
