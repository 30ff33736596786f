// Which puppet (the way to WeChat) a login uses, and where it remembers itself. Begins nothing.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Wechaty } from 'wechaty';
import type { WechatyModules } from './load.ts';

export interface PuppetSettings {
  readonly puppet?: string | undefined;
  readonly token?: string | undefined;
}

/** The puppet that is meant: a token without a name is one of the token service's; without either, wechaty's own choice since January 2022. */
export function puppetName({ puppet, token }: PuppetSettings): string {
  return puppet ?? (token ? 'wechaty-puppet-service' : 'wechaty-puppet-wechat4u');
}

/** A bot that was never started. What it keeps in `dataDir` is a login: only the owner of the process may read it. */
export function buildBot({ wechaty }: WechatyModules, settings: PuppetSettings, dataDir: string): Wechaty {
  const name = path.resolve(dataDir, 'wechaty');
  keepClosed(`${name}.memory-card.json`);
  return wechaty.WechatyBuilder.build({
    name,
    // wechaty knows the names of its own puppets only; any package will do.
    puppet: puppetName(settings) as 'wechaty-puppet-service',
    ...(settings.token ? { puppetOptions: { token: settings.token } } : {}),
  });
}

/** wechaty writes into the file that is there and leaves its mode as it is. */
function keepClosed(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  if (!existsSync(file)) writeFileSync(file, '{}', { mode: 0o600 });
  chmodSync(file, 0o600);
}
