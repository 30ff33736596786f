// Whether WeChat through Wechaty can be used: the packages and the words of warning. Logs in to nothing.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { home } from '../../library/library.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const wechat = findingsOf('微信');

/** Wechaty's own choice where none is named (since Jan 2022). */
const usualPuppet = 'wechaty-puppet-wechat4u';

export function checkWechaty({ environment }: Config, isInstalled = isPackage): Finding[] {
  const { WECHATY_PUPPET: puppet, WECHATY_TOKEN: token } = environment;
  if (!puppet && !token) return [wechat.good('没有设置，跳过')];
  const findings: Finding[] = [];
  if (!isInstalled('wechaty')) findings.push(wechat.bad('没有安装 wechaty', '运行 npm run add-wechaty，再重启服务'));
  else if (puppet && puppet !== usualPuppet && !isInstalled(puppet))
    findings.push(wechat.bad(`没有安装 ${puppet}`, `运行 npm install ${puppet}，再重启服务`));
  if (puppet && /service|padlocal/.test(puppet) && !token)
    findings.push(
      wechat.bad(
        `${puppet} 要有令牌`,
        '向提供方买到令牌，写进 WECHATY_TOKEN；或者去掉 WECHATY_PUPPET 用免费的网页方式',
      ),
    );
  if (findings.length === 0) findings.push(wechat.good(`程序包齐全，用 ${puppet ?? usualPuppet}`));
  findings.push(
    wechat.attention(
      '个人微信号接机器人违反微信的使用规定，账号可能被限制登录或封掉',
      '只用专门的微信号，不用任何人自己的号；出事时去掉 WECHATY_PUPPET、WECHATY_TOKEN 再重启就断开',
    ),
  );
  return findings;
}

function isPackage(name: string): boolean {
  const from = createRequire(join(home, 'package.json'));
  return (from.resolve.paths(name) ?? []).some((folder) => existsSync(join(folder, name, 'package.json')));
}
