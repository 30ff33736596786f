// `zhibu talks PATH…`: runs conversation tests on a throw-away database and prints what went another way.

import path from 'node:path';
import { Fault } from '../domain/fault.ts';
import { sayProblem } from '../library/yaml-file.ts';
import type { TalkResult } from '../rehearsal/talks/run-talk.ts';
import { runTalks } from '../rehearsal/talks/run-talks.ts';
import { readTalks } from '../rehearsal/talks/talk.ts';

export interface TalksOptions {
  readonly json?: boolean;
  /** Fails when a step of a shipped flow is walked by no talk. */
  readonly coverage?: boolean;
}

/** Resolves to true when all talks passed. Throws a Fault of code `bad-file` for a talk that cannot be read. */
export async function talks(paths: readonly string[], { json, coverage }: TalksOptions): Promise<boolean> {
  const read = readTalks(paths);
  if (read.problems.length > 0) throw new Fault('bad-file', read.problems.map(sayProblem).join('\n'));
  if (read.talks.length === 0)
    throw new Fault('bad-file', `${paths.join(' ')} 下面没有对话测试（带 talk: 的 .yaml 文件）`);
  const report = await runTalks(read.talks, (result) => {
    if (!json && !result.passed) console.log(sayFailure(result));
  });
  const failed = report.results.filter(({ passed }) => !passed);
  const walked = report.steps - report.unwalked.length;
  if (json) {
    const results = report.results.map(({ talk, passed, failure }) => ({
      file: talk.file,
      talk: talk.name,
      passed,
      ...(failure ? { failure } : {}),
    }));
    console.log(
      JSON.stringify({
        passed: report.results.length - failed.length,
        failed: failed.length,
        results,
        coverage: { steps: report.steps, walked, unwalked: report.unwalked },
      }),
    );
  } else {
    if (coverage && report.unwalked.length > 0)
      console.log(`没有对话走到的步骤：\n${report.unwalked.map((step) => `  ${step}`).join('\n')}`);
    console.log(`走过 ${walked}/${report.steps} 个步骤`);
    console.log(`${report.results.length - failed.length} passed, ${failed.length} failed`);
  }
  return failed.length === 0 && !(coverage && report.unwalked.length > 0);
}

function sayFailure({ talk, failure }: TalkResult): string {
  const where = `${path.relative(process.cwd(), talk.file)}:${failure!.line}`;
  return `✗ ${talk.name}（${where}）\n  应当：${failure!.expected}\n  实际：${failure!.came.replaceAll('\n', '\n        ')}`;
}
