// Whether what the bot passes on is in order: flows, content, holidays, released study cards.

import { Fault } from '../../domain/fault.ts';
import type { Instant } from '../../domain/time.ts';
import { addMonths, dayOf, monthOf, sayMonth } from '../../domain/time.ts';
import { holidayProblems } from '../../library/holidays.ts';
import type { Library } from '../../library/library.ts';
import { loadLibrary } from '../../library/library.ts';
import type { Database } from '../../store/database.ts';
import { releasedMonths } from '../../store/health.ts';
import { viewNames } from '../../store/views/index.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const content = findingsOf('内容');
const holidays = findingsOf('假期');
const study = findingsOf('学习内容');

export interface ContentChecked {
  readonly findings: readonly Finding[];
  readonly library?: Library;
}

/** Reads flows/ and content/; a fault in them keeps the service from starting. */
export function checkContent(sample: boolean, now: Instant, packs?: string): ContentChecked {
  try {
    const library = loadLibrary(viewNames, { sample, packs });
    const problems = holidayProblems(library.calendar, dayOf(now));
    return {
      findings: [
        content.good(`${library.flows.newest.size}个对话、${library.programmes.size}项任务都读得懂`),
        ...(problems.length === 0
          ? [holidays.good('今年的放假安排已有')]
          : problems.map((problem) => {
              const [what = problem, remedy = ''] = problem.split('。');
              return holidays.attention(what, remedy);
            })),
      ],
      library,
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { findings: [content.bad(error.message, '照上面的文件和行号改好，再用 npx zhibu lint 检查一遍')] };
  }
}

/** In a real tenant a month's study cards go out only when two broadcasters have released them. */
export async function checkStudy({ pool }: Pick<Database, 'pool'>, sample: boolean, now: Instant): Promise<Finding[]> {
  if (sample) return [study.good('没有接企业微信，学习卡片不用放行')];
  const today = dayOf(now);
  const months = [monthOf(today), addMonths(monthOf(today), 1)];
  const released = await releasedMonths(pool, months);
  const missing = months.filter((month) => !released.includes(month)).map((month) => sayMonth(month, today));
  if (missing.length === 0) return [study.good('这个月和下个月的都已放行')];
  return [study.attention(`${missing.join('和')}的还没有放行，到时不会推送`, '请两位发布人先后在对话里回“放行”')];
}
