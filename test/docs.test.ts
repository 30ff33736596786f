// The manuals say what is: every setting and command they name exists, and every setting of a door is in the manual.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { nextStep } from '../src/channels/wecom/next-steps.ts';
import { reactionTo } from '../src/channels/wecom/reactions.ts';
import { commands } from '../src/commands/index.ts';
import { readConfig } from '../src/config.ts';
import { stepKinds } from '../src/dialogue/steps/index.ts';
import { readFlows } from '../src/library/flows.ts';
import { readTalks } from '../src/rehearsal/talks/talk.ts';
import { viewNames } from '../src/store/views/index.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const manuals = ['README.md', 'docs/wecom.md', 'docs/operations.md', 'docs/book.md'];
const settings = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name!);

test.each(manuals)('every setting that %s names can be set', (name) => {
  const named =
    read(name).match(/\b(?:WECOM|WECHATY)_[A-Z_]+\b|\b(?:PUBLIC_URL|FIELD_KEY|DATA_DIR|REDIS_URL)\b/g) ?? [];
  expect(named.filter((one) => !settings.includes(one))).toEqual([]);
});

test('every setting of a door is explained, but those for tries', () => {
  const forTries = ['WECOM_API_BASE', 'WECOM_BOT_WS'];
  const doors = settings.filter((name) => /^(WECOM|WECHATY)_/.test(name) && !forTries.includes(name));
  expect(doors.length).toBeGreaterThan(10);
  expect(doors.filter((name) => !read('docs/wecom.md').includes(name))).toEqual([]);
});

test.each(manuals)('every command that %s names exists', (name) => {
  const program = new Command();
  for (const add of commands) add(program, () => readConfig({}));
  const known = program.commands.map((command) => command.name());
  const named = [...read(name).matchAll(/zhibu ([a-z][a-z-]+)/g)].map(([, command]) => command!);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((command) => !known.includes(command))).toEqual([]);
});

test('every error code in the table of symptoms is one that we know', () => {
  const table = read('docs/wecom.md').split('## 出了什么事')[1]!.split('\n## ')[0]!;
  const codes = [...table.matchAll(/\b(\d{5,6})\b/g)].map(([, code]) => Number(code));
  expect(codes.length).toBeGreaterThan(10);
  const unknown = reactionTo(424242).say;
  expect(codes.filter((code) => reactionTo(code).say === unknown || nextStep(code).todo.includes('devtool'))).toEqual(
    [],
  );
});

test('the example of docs/flows.md is a conversation and its talk, and every kind of step is explained', () => {
  const manual = read('docs/flows.md');
  const [flow, talk] = [...manual.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
  const folder = mkdtempSync(path.join(tmpdir(), 'zhibu-manual-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const part of ['flows', 'content'])
    cpSync(new URL(`../${part}`, import.meta.url), path.join(folder, part), { recursive: true });
  const own = path.join(folder, 'flows/read-aloud');
  mkdirSync(own);
  writeFileSync(path.join(own, 'flow.yaml'), flow!);
  writeFileSync(path.join(own, 'talks.yaml'), talk!);
  expect(readFlows(path.join(folder, 'flows'), viewNames).problems).toEqual([]);
  expect(readTalks([own])).toMatchObject({ problems: [], talks: [{}] });
  expect(Object.keys(stepKinds).filter((kind) => !manual.includes(`| \`${kind}`))).toEqual([]);
});
