#!/usr/bin/env node
// Checks test/duties.yaml: every duty in scope is done by something that exists and shown by a talk or test that exists and mentions its number.
// With --write also writes the table to docs/duties.md; without it the table there must be the same.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const home = path.resolve(import.meta.dirname, '..');
const file = 'test/duties.yaml';
const table = 'docs/duties.md';
const inScope = 128;

const read = (name) => readFileSync(path.join(home, name), 'utf8');
const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const commands = [
  'all',
  'serve',
  'work',
  ...readdirSync(path.join(home, 'src/commands')).flatMap((name) =>
    name.endsWith('.ts')
      ? [...read(`src/commands/${name}`).matchAll(/\.command\('([a-z-]+)/g)].map(([, one]) => one)
      : [],
  ),
];

const duties = Object.entries(parse(read(file))).map(([number, duty]) => ({ number: Number(number), ...duty }));
const problems = duties.flatMap((duty) =>
  problemsOf(duty).map((problem) => `${file} ${duty.number} ${duty.what}：${problem}`),
);
const covered = duties.filter(({ tier }) => tier !== 'X').length;
if (covered !== inScope) problems.push(`${file}：该有 ${inScope} 条，实有 ${covered} 条`);

const document = writeTable();
if (process.argv.includes('--write')) writeFileSync(path.join(home, table), document);
else if (!existsSync(path.join(home, table)) || read(table) !== document)
  problems.push(`${table} 和 ${file} 不一致；请运行 node scripts/duties.mjs --write`);

for (const { number, what, tier, by, why } of duties)
  console.log(`${String(number).padStart(3)} ${tier} ${what} — ${why ?? list(by).join('、')}`);
for (const problem of problems) console.error(problem);
console.log(`${covered} 条职责，${problems.length} 处要改`);
process.exitCode = problems.length === 0 ? 0 : 1;

function problemsOf({ number, tier, by, proof, why }) {
  if (tier === 'X') return why ? [] : ['有意不做的要写明原因（why）'];
  if (!['C', 'E'].includes(tier)) return [`tier“${tier}”只能是 C、E、X`];
  if (list(by).length === 0) return ['没有写由谁来办（by）'];
  if (list(proof).length === 0) return ['没有写证明（proof）'];
  return [
    ...list(by)
      .filter((one) => !exists(one))
      .map((one) => `“${one}”不存在`),
    ...list(proof).flatMap((one) => proofProblems(number, one)),
  ];
}

/** A folder or file of the project, or a command. */
function exists(by) {
  const command = /^zhibu ([a-z-]+)/.exec(by)?.[1];
  return command ? commands.includes(command) : existsSync(path.join(home, by));
}

function proofProblems(number, proof) {
  const [where, name] = proof.split('#');
  if (!name) return [`证明“${proof}”要写成 文件#名字`];
  if (!existsSync(path.join(home, where))) return [`证明的文件“${where}”不存在`];
  return where.endsWith('.yaml') ? talkProblems(number, where, name) : testProblems(number, where, name);
}

function talkProblems(number, where, name) {
  const talk = parseAllDocuments(read(where))
    .map((one) => one.toJS())
    .find((one) => one?.talk === name);
  if (!talk) return [`${where} 里没有对话“${name}”`];
  return list(talk.proves).includes(number) ? [] : [`${where} 的对话“${name}”没有提到 ${number}（proves）`];
}

function testProblems(number, where, name) {
  const source = read(where);
  const title = [...source.matchAll(/(?:test|it)(?:\.\w+)*(?:\([^'"`]*\))?\(\s*(['"`])(.*?)\1/gs)].map(
    ([, , title]) => title,
  );
  const found = title.find((one) => one === name || one.startsWith(`${name} (duty`));
  if (!found) return [`${where} 里没有测试“${name}”`];
  return new RegExp(`\\bduty [\\d, ]*\\b${number}\\b`).test(found)
    ? []
    : [`${where} 的测试“${name}”没有提到 duty ${number}`];
}

function writeTable() {
  const line = ({ number, what, tier, by, proof }) =>
    `| ${number} | ${what} | ${tier === 'C' ? '核心' : '扩展'} | ${list(by)
      .map((one) => `\`${one}\``)
      .join('、')} | ${list(proof)
      .map((one) => `\`${one}\``)
      .join('、')} |`;
  return `# 五份文件里的职责，各由什么来办

由 \`test/duties.yaml\` 写出（\`node scripts/duties.mjs --write\`），\`npm run check\` 逐条核对。编号按五份原文归并而来。

| 编号 | 职责 | 层次 | 由什么来办 | 证明 |
|---|---|---|---|---|
${duties
  .filter(({ tier }) => tier !== 'X')
  .map(line)
  .join('\n')}

## 有意不做的

| 编号 | 职责 | 原因 |
|---|---|---|
${duties
  .filter(({ tier }) => tier === 'X')
  .map(({ number, what, why }) => `| ${number} | ${what} | ${why} |`)
  .join('\n')}
`;
}
