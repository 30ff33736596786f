// What a check of `zhibu doctor` finds: how it stands, why, and the next step for a person.

import type { Answer } from '../../channels/wecom/http.ts';
import { type Credentials, nextStep } from '../../channels/wecom/next-steps.ts';

/** `bad` = the service cannot do its work like this; `attention` = somebody should look. */
export type Level = 'good' | 'attention' | 'bad';

export interface Finding {
  /** What was looked at, in two to six characters. */
  readonly check: string;
  readonly level: Level;
  readonly what: string;
  /** The next step; always there unless all is good. */
  readonly todo?: string;
}

/** Makes findings of one check. */
export function findingsOf(check: string) {
  return {
    good: (what: string): Finding => ({ check, level: 'good', what }),
    attention: (what: string, todo: string): Finding => ({ check, level: 'attention', what, todo }),
    bad: (what: string, todo: string): Finding => ({ check, level: 'bad', what, todo }),
    /** WeCom's answer was not "done". */
    refused(what: string, answer: Answer, apiBase: string, of: Credentials = 'app'): Finding {
      if (answer.kind === 'silence')
        return {
          check,
          level: 'bad',
          what: `${what}，${apiBase} 没有正常回答（${answer.detail}）`,
          todo: '检查网络、代理和 WECOM_API_BASE',
        };
      const next = nextStep(answer.code, answer.message, of);
      return { check, level: 'bad', what: `${what}：${next.what}（错误码 ${answer.code}）`, todo: next.todo };
    },
  };
}

const words: Readonly<Record<Level, string>> = { good: '好　　', attention: '注意　', bad: '不行　' };

/** One line what, one line the next step. */
export function sayFinding({ check, level, what, todo }: Finding): string {
  const line = (text: string) => text.replaceAll(/\s*\n\s*/g, '；');
  return `${words[level]}${check}：${line(what)}${todo === undefined ? '' : `\n　　　下一步：${line(todo)}`}`;
}
