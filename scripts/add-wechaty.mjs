// Adds what WeChat needs (about 150 MB) to an installation without development packages, in the versions package.json names. Changes no file of ours.
// `npm run add-wechaty -- wechaty-puppet-padlocal@1.20.1` adds a puppet besides.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const { peerDependencies } = JSON.parse(readFileSync(`${home}package.json`, 'utf8'));
const puppets = process.argv.slice(2);
const wanted = ['wechaty', 'file-box'];
const hasDevelopment = existsSync(`${home}node_modules/typescript`);

if (puppets.length === 0 && wanted.every((name) => existsSync(`${home}node_modules/${name}/package.json`))) {
  console.log('wechaty 已经装好了，不用再装');
  process.exit(0);
}
const packages = [...wanted.map((name) => `${name}@${peerDependencies[name]}`), ...puppets];
console.log(`正在装 ${packages.join('、')}，约 150 MB……`);
const { status } = spawnSync(
  'npm',
  [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    // None of these packages needs what its install scripts do.
    '--ignore-scripts',
    // npm install brings the tree to what it thinks is whole: what was left out stays out.
    ...(hasDevelopment ? [] : ['--omit=dev', '--save-prod']),
    ...packages,
  ],
  { cwd: home, stdio: 'inherit' },
);
console.log(status === 0 ? '装好了，重启服务就能用' : '没有装上，请看上面的原因');
process.exitCode = status === 0 ? 0 : 1;
