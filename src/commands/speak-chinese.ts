// Lets commander speak Chinese: help, and wrong use in one line with what to do. Changes no behaviour.

import type { Command } from 'commander';

/** To be called before the first command is added: commands take it over from the program. */
export function speakChinese(program: Command): Command {
  return program
    .helpOption('-h, --help', '显示用法')
    .helpCommand('help [command]', '显示一个命令的用法')
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      styleUsage: (usage) => usage.replace('[options]', '[选项]').replace('[command]', '[命令]'),
      styleSubcommandTerm: (term) => term.replace(' [options]', ''),
      styleOptionDescription: inChinese,
      styleArgumentDescription: inChinese,
    })
    .configureOutput({ outputError: (text, write) => write(`${sayWrongUse(text)}\n`) });
}

const titles: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Global Options:': '通用选项：',
  'Commands:': '命令：',
};

/** Commander adds `(choices: "a", "b", default: "a")`. */
function inChinese(description: string): string {
  return description.replace(/ \(((?:choices|default): .+)\)$/, (_, extra: string) => {
    const said = extra
      .replace(/^choices: /, '可选 ')
      .replace(/(^|, )default: /, (_, comma) => `${comma ? '，' : ''}缺省 `);
    return `（${said.replaceAll('"', '').replaceAll(', ', '、')}）`;
  });
}

/** Commander's own sentences, which carry no codes here. One that is not in the list is passed on as it is. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^missing required argument '(.+?)'$/, '缺少参数 $1'],
  [/^required option '(.+?)' not specified$/, '缺少选项 $1'],
  [/^option '(.+?)' argument missing$/, '选项 $1 后面缺少内容'],
  [/^unknown option '(.+?)'$/, '没有选项 $1'],
  [/^unknown command '(.+?)'$/, '没有命令 $1'],
  [/^too many arguments.*$/, '参数太多'],
  [/^option '(.+?)' argument '(.*?)' is invalid\. (.+)$/, '选项 $1 不能是“$2”：$3'],
  [/^command-argument value '(.*?)' is invalid for argument '(.+?)'\. (.+)$/, '参数 $2 不能是“$1”：$3'],
];

function sayWrongUse(text: string): string {
  const said = text.trim().replace(/^error: /, '');
  const [first = '', ...rest] = said.split('\n');
  const guess = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  const found = sentences.find(([pattern]) => pattern.test(first));
  const sentence = found ? first.replace(found[0], found[1]) : first;
  const choices = sentence.replace(/Allowed choices are (.+?)\.$/, '可选 $1');
  return `${choices}${guess ? `，是不是 ${guess}` : ''}。用法请看 --help`;
}
