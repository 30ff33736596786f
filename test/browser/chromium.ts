// The browser of the browser tests: Debian's Chromium. Never downloads one.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const path = '/usr/bin/chromium';

/** False where the tests are to be skipped; on CI a missing browser is a failure. */
export function hasChromium(): boolean {
  if (existsSync(path)) return true;
  if (process.env.CI)
    throw new Error(`There is no ${path}. Install it first: apt-get install -y chromium fonts-noto-cjk`);
  return false;
}

export function openChromium(): Promise<Browser> {
  // Containers run as root and have no user namespaces, which the sandbox needs.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
}
