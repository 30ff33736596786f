#!/usr/bin/env node
// The command `zhibu`: starts the parts that this process was asked to be. Each command is a file in src/commands.

import { runCommandLine } from './commands/command-line.ts';
import { readConfig } from './config.ts';

// Whoever reads our output may leave early (`| head`): the work, and with it the database, still ends in order.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

process.exitCode = await runCommandLine(process.argv.slice(2), readConfig);
