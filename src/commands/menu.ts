// `zhibu menu`: puts the menu of content/menu.yaml at the foot of the WeCom app's chat, shows it, or takes it away. Needs no database.

import path from 'node:path';
import { Option } from 'commander';
import { wecomClient } from '../channels/wecom/client.ts';
import { wecomHttp } from '../channels/wecom/http.ts';
import { createMenu, deleteMenu, type MenuFailure, readMenu } from '../channels/wecom/menu.ts';
import { accessTokens, memoryTokenStore } from '../channels/wecom/token.ts';
import type { Config } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import type { Menu, MenuEntry } from '../domain/menu.ts';
import { home } from '../library/library.ts';
import { loadMenu } from '../library/menu.ts';
import type { AddCommand } from './index.ts';

interface MenuArguments {
  readonly dryRun?: boolean;
  readonly show?: boolean;
  readonly delete?: boolean;
}

export const menuCommand: AddCommand = (program, readConfig) =>
  program
    .command('menu')
    .description('把 content/menu.yaml 设成企业微信应用底部的菜单')
    .option('--dry-run', '只看会设成什么，不改')
    .addOption(new Option('--show', '看企业微信里现在的菜单').conflicts(['dryRun', 'delete']))
    .addOption(new Option('--delete', '去掉菜单').conflicts('dryRun'))
    .action(async (options: MenuArguments) => console.log(await menuWork(options, readConfig)));

/** What is to be printed when it is done; throws a Fault that says what to do when it is not. */
async function menuWork(options: MenuArguments, readConfig: () => Config): Promise<string> {
  if (options.dryRun) return sayMenu(loadMenu(path.join(home, 'content')));
  const { client, agentId } = appOf(readConfig());
  if (options.show) {
    const read = await readMenu(client, agentId);
    if (read.kind === 'failed') throw refused(read);
    return read.menu ? sayMenu(read.menu) : '应用现在没有菜单，用 npx zhibu menu 设置';
  }
  const done = options.delete
    ? await deleteMenu(client, agentId)
    : await createMenu(client, agentId, loadMenu(path.join(home, 'content')));
  if (done.kind === 'failed') throw refused(done);
  return options.delete ? '菜单已去掉，几分钟后生效' : '菜单已设好，几分钟后在应用的聊天页底部看得到';
}

function appOf({ wecom }: Config) {
  if (!wecom) throw new Fault('config', '还没有设置企业微信应用（WECOM_CORP_ID 等五项），先看一遍请用 --dry-run');
  const { corpId, agentId, secret, apiBase } = wecom;
  const http = wecomHttp(apiBase);
  const tokens = accessTokens({ corpId, secret }, { http, store: memoryTokenStore(), now: Date.now });
  return { client: wecomClient(http, tokens), agentId };
}

function refused({ say, detail }: MenuFailure): Fault {
  return new Fault('config', `菜单没有办成：${say}（${detail}）`);
}

function sayMenu(menu: Menu): string {
  const line = (entry: MenuEntry) => `${entry.name} → ${'says' in entry ? `说“${entry.says}”` : entry.url}`;
  return menu
    .flatMap((button) =>
      'entries' in button ? [button.name, ...button.entries.map((entry) => `  ${line(entry)}`)] : [line(button)],
    )
    .join('\n');
}
