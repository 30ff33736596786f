// Runs `zhibu` on a DATA_DIR that is thrown away, without this machine's environment: the built program in a process of its own, or the same words here.

import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { runCommandLine } from '../../src/commands/command-line.ts';
import { readConfig } from '../../src/config.ts';
import { compileSources, removeFolder } from '../store/other-process.ts';

const repository = resolve(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same words in this process: quick where the process itself is not what is tested. */
export async function runHere(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const out = (text: unknown, ...rest: unknown[]) => {
    stdout += String(text);
    const written = rest.at(-1);
    if (typeof written === 'function') written();
    return true;
  };
  const err = (text: unknown) => {
    stderr += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(out),
    vi.spyOn(process.stderr, 'write').mockImplementation(err),
    vi.spyOn(console, 'log').mockImplementation((text) => void out(`${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => void err(`${text}\n`)),
  ];
  try {
    const code = await runCommandLine(words, () => readConfig(env));
    return { code, stdout, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
}

export interface CommandLine {
  /** A folder for files and data; PostgreSQL's user may enter it. */
  readonly folder: string;
  readonly dataDir: string;
  run(args: readonly string[], options?: { env?: NodeJS.ProcessEnv; input?: string }): Promise<Ran>;
  /** Removes everything. */
  close(): void;
}

/** Builds the program into a folder of its own. */
export function openCommandLine(): CommandLine {
  const built = compileSources();
  // Copies, so that what is being edited meanwhile does not get mixed.
  for (const name of ['flows', 'content']) cpSync(join(repository, name), join(built, name), { recursive: true });
  cpSync(join(repository, 'package.json'), join(built, 'package.json'));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'zhibu-commands-')));
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  return {
    folder,
    dataDir,
    run: (args, { env = {}, input = '' } = {}) =>
      new Promise((done, fail) => {
        const child = spawn(process.execPath, [join(built, 'dist/main.js'), ...args], {
          cwd: folder,
          env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
        });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
        child.on('error', fail);
        child.on('close', (code) => done({ code, stdout, stderr }));
        child.stdin.end(input);
      }),
    close() {
      removeFolder(folder);
      removeFolder(built);
    },
  };
}
