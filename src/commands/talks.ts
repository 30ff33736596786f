// `zhibu talks PATH…`: runs conversation tests on a throw-away database and prints what went another way.

import path from 'node:path';
import { Fault } from '../domain/fault.ts';
import { sayProblem } from '../library/yaml-file.ts';
import { openDoors, type TalkResult } from '../rehearsal/talks/run-talk.ts';
import { runTalks } from '../rehearsal/talks/run-talks.ts';
import { doorNames, readTalks, type TalkDoor } from '../rehearsal/talks/talk.ts';

export interface TalksOptions {
  readonly json?: boolean;
  /** Fails when a step of a shipped flow is walked by no talk. */
  readonly coverage?: boolean;
  /** Folder of a district's own programmes. */
  readonly packs?: string;
  /** Doors for the talks that name none: a name, several, or `every`. Default: the simulator. */
  readonly as?: readonly string[];
}

/** Resolves to true when all talks passed. Throws a Fault of code `bad-file` for a talk that cannot be read. */
export async function talks(
  paths: readonly string[],
  { json, coverage, as = ['simulator'], packs }: TalksOptions,
): Promise<boolean> {
  const doors = doorsNamed(as);
  const read = readTalks(paths);
  if (read.problems.length > 0) throw new Fault('bad-file', read.problems.map(sayProblem).join('\n'));
  if (read.talks.length === 0)
    throw new Fault('bad-file', `${paths.join(' ')} 下面没有对话测试（带 talk: 的 .yaml 文件）`);
  const say = (result: TalkResult) => {
    if (!json && !result.passed) console.log(sayFailure(result));
  };
  const report = await runTalks(read.talks, doors, say, packs);
  const failed = report.results.filter(({ passed }) => !passed);
  const walked = report.steps - report.unwalked.length;
  if (json) {
    const results = report.results.map(({ talk, door, passed, failure }) => ({
      file: talk.file,
      talk: talk.name,
      as: door,
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
    if (doors.length > 1)
      for (const door of doors) {
        const through = report.results.filter((result) => result.door === door);
        console.log(`${door}：${through.filter(({ passed }) => passed).length}/${through.length}`);
      }
    console.log(`走过 ${walked}/${report.steps} 个步骤`);
    console.log(`${report.results.length - failed.length} passed, ${failed.length} failed`);
  }
  return failed.length === 0 && !(coverage && report.unwalked.length > 0);
}

/** Several may stand in one option, with commas. */
function doorsNamed(as: readonly string[]): TalkDoor[] {
  const named = as.flatMap((one) => one.split(',')).map((one) => one.trim());
  const wanted = named.includes('every') ? [...openDoors] : doorNames.filter((door) => named.includes(door));
  const unknown = named.filter((one) => one !== 'every' && !(doorNames as readonly string[]).includes(one));
  if (unknown.length > 0 || wanted.length === 0)
    throw new Fault('config', `没有“${unknown.join('、')}”这扇门；可以写 ${doorNames.join('、')} 或 every`);
  return wanted;
}

function sayFailure({ talk, door, failure }: TalkResult): string {
  const where = `${path.relative(process.cwd(), talk.file)}:${failure!.line}`;
  return `✗ ${talk.name}（${door}，${where}）\n  应当：${failure!.expected}\n  实际：${failure!.came.replaceAll('\n', '\n        ')}`;
}
