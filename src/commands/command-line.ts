// One command line of `zhibu`, from its words to its exit code. Knows no command by name.

import { Command, CommanderError } from 'commander';
import type { Config } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import { version } from '../library/library.ts';
import { commands } from './index.ts';
import { speakChinese } from './speak-chinese.ts';

/** Resolves to the exit code: 0 = done, 1 = failed (faults say in one line what to do), 2 = wrong use. */
export async function runCommandLine(words: readonly string[], readConfig: () => Config): Promise<number> {
  const program = speakChinese(new Command('zhibu'))
    .description('支部通：企业微信里的党支部助手')
    .version(version(), '-V, --version', '显示版本')
    .exitOverride();
  for (const add of commands) add(program, readConfig);
  try {
    await program.parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Fault) process.stderr.write(`${error.message}\n`);
    else process.stderr.write(`出了意外的错误：${(error as Error).stack ?? String(error)}\n`);
    return 1;
  }
}
