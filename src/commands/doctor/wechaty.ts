// Whether WeChat through Wechaty can be used: the packages and the words of warning. Logs in to nothing.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { puppetName } from '../../channels/wechaty/puppet.ts';
import type { Config } from '../../config.ts';
import { home } from '../../library/library.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const wechat = findingsOf('微信');

export function checkWechaty({ environment }: Config, isInstalled = isPackage): Finding[] {
  const { WECHATY_PUPPET: puppet, WECHATY_TOKEN: token } = environment;
  if (!puppet && !token) return [wechat.good('没有设置，跳过')];
  const name = puppetName({ puppet, token });
  const findings: Finding[] = [];
  // These two come with wechaty itself.
  const comesWith = ['wechaty-puppet-wechat4u', 'wechaty-puppet-service'].includes(name);
  if (!isInstalled('wechaty')) findings.push(wechat.bad('没有安装 wechaty', '运行 npm run add-wechaty，再重启服务'));
  else if (!comesWith && !isInstalled(name))
    findings.push(wechat.bad(`没有安装 ${name}`, `运行 npm install ${name}，再重启服务`));
  if (/service|padlocal/.test(name) && !token)
    findings.push(
      wechat.bad(`${name} 要有令牌`, '把提供方给的令牌写进 WECHATY_TOKEN；或者换成免费的 wechaty-puppet-wechat4u'),
    );
  if (findings.length === 0) findings.push(wechat.good(`程序包齐全，用 ${name}`));
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
