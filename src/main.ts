#!/usr/bin/env node
// The command `zhibu`: starts the parts that this process was asked to be. Each command is a file in src/commands.

import { loadLean } from './web/lean-heap.ts';

// Whoever reads our output may leave early (`| head`): the work, and with it the database, still ends in order.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const words = process.argv.slice(2);
// What runs for months starts small; before anything else is loaded, or it is too late.
if (['all', 'serve', 'work'].includes(words[0] ?? '')) loadLean();
const { runCommandLine } = await import('./commands/command-line.ts');
const { readConfig } = await import('./config.ts');
process.exitCode = await runCommandLine(words, readConfig);
