#!/usr/bin/env node
// The command `zhibu`: one line for each command; starts the parts that this process was asked to be.

import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.ts';
import { speakChinese } from './commands/speak-chinese.ts';
import { readConfig } from './config.ts';
import { Fault } from './domain/fault.ts';
import { version } from './library/library.ts';

const program = speakChinese(new Command('zhibu'))
  .description('支部通：企业微信里的党支部助手')
  .version(version(), '-V, --version', '显示版本')
  .exitOverride();

// Whoever reads our output may leave early (`| head`): the work, and with it the database, still ends in order.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

for (const add of commands) add(program, readConfig);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** 0 = done, 1 = failed, 2 = wrong use; faults say in one line what to do. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Fault) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`出了意外的错误：${(error as Error).stack ?? String(error)}\n`);
  return 1;
}
