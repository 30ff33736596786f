// What a check of `zhibu doctor` finds: how it stands, why, and what to do about it.

/** `bad` = the service cannot do its work like this; `attention` = somebody should look. */
export type Level = 'good' | 'attention' | 'bad';

export interface Finding {
  /** What was looked at, in two to four characters. */
  readonly check: string;
  readonly level: Level;
  readonly what: string;
  readonly todo?: string;
}

/** Makes findings of one check. */
export function findingsOf(check: string) {
  return {
    good: (what: string): Finding => ({ check, level: 'good', what }),
    attention: (what: string, todo: string): Finding => ({ check, level: 'attention', what, todo }),
    bad: (what: string, todo: string): Finding => ({ check, level: 'bad', what, todo }),
  };
}

const words: Readonly<Record<Level, string>> = { good: '好　　', attention: '注意　', bad: '不行　' };

/** One line. */
export function sayFinding({ check, level, what, todo }: Finding): string {
  return `${words[level]}${check}：${what}${todo === undefined ? '' : `。${todo}`}`.replaceAll(/\s*\n\s*/g, '；');
}
