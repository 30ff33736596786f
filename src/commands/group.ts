// `zhibu group`: which group belongs to which unit. Shows, sets and takes away; makes the group of a unit in the app's name.

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { ChannelName } from '../domain/organisation.ts';
import type { AddCommand } from './index.ts';

export interface GroupOptions {
  readonly unit: string;
  readonly webhook?: string;
  readonly chat?: string;
  readonly bot?: string;
  /** False = WeCom is not asked whether the group is there. */
  readonly check?: boolean;
}

export interface CreateOptions {
  readonly unit: string;
  readonly name?: string;
  readonly owner?: string;
  readonly dryRun?: boolean;
}

/** Doors whose groups are set here, by the word of the option. A WeChat room is bound only by a code that is said in it, the AI bot's group by either. */
export const groupDoors = { webhook: 'webhook', chat: 'wecom', bot: 'wecom-bot' } as const satisfies Readonly<
  Record<string, ChannelName>
>;
export type GroupDoor = keyof typeof groupDoors;

export const groupCommand: AddCommand = (program, readConfig) => {
  const group = program
    .command('group')
    .description('支部的群：看、设、建（群机器人、应用建的群、智能机器人所在的群）')
    .addHelpText('after', help);
  const run = async () => import('./run-group.ts');
  group
    .command('list')
    .description('哪个单位有哪些群')
    .action(async () => console.log(await (await run()).listGroups(readConfig())));
  withGroup(group.command('set').description('把一个群设给一个单位，以后发给全体的通知也发到这个群'))
    .option('--no-check', '不问企业微信这个群在不在')
    .action(async (options: GroupOptions) => console.log(await (await run()).setGroup(options, readConfig())));
  group
    .command('remove')
    .description('这个单位不再用这个群；群本身不动')
    .requiredOption('--unit <id>', '单位编号')
    .addOption(new Option('--door <door>', '哪一种').choices(Object.keys(groupDoors)).makeOptionMandatory())
    .action(async (options: { unit: string; door: GroupDoor }) =>
      console.log(await (await run()).removeGroup(options, readConfig())),
    );
  group
    .command('create')
    .description('用应用建单位的群，成员是单位里有企业微信账号的人；建过的再运行一次，只核对成员')
    .requiredOption('--unit <id>', '单位编号')
    .option('--name <text>', '群名，缺省是单位的名称', words)
    .option('--owner <member>', '群主（人员编号），缺省是书记')
    .option('--dry-run', '只看会拉谁，不建')
    .action(async (options: CreateOptions) => console.log(await (await run()).createGroup(options, readConfig())));
};

const help = `
例：
  zhibu group set --unit b1 --webhook 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=……'    群里加的群机器人
  zhibu group set --unit b1 --chat zhibu0123abcd          应用建的群（chatid）
  zhibu group set --unit b1 --bot wrxxxxxxxx              智能机器人所在的群（群编号区分大小写）
  zhibu group create --unit b1                            用应用新建一个
一个单位每种门各一个群，发的时候用第一个能发的。智能机器人的群和微信群，书记自己就能接：私下回“绑定群”拿一个码，在群里@它说出来。微信群只能这样接。
群里只发给全体的通知和材料，不提任何人的名字。`;

function withGroup(command: Command): Command {
  return command
    .requiredOption('--unit <id>', '单位编号')
    .addOption(
      new Option('--webhook <url>', '群机器人的地址，或者里面 key= 后面的一段')
        .argParser(robotKey)
        .conflicts(['chat', 'bot']),
    )
    .addOption(new Option('--chat <id>', '应用建的群的编号').argParser(chatId).conflicts(['webhook', 'bot']))
    .addOption(new Option('--bot <id>', '智能机器人所在的群的编号').argParser(words).conflicts(['webhook', 'chat']));
}

function robotKey(text: string): string {
  const key = URL.canParse(text) ? new URL(text).searchParams.get('key') : text;
  if (!key || !/^[\w-]{8,128}$/.test(key)) throw new InvalidArgumentError('写群机器人的整个地址，或者 key= 后面的一段');
  return key;
}

function chatId(text: string): string {
  if (!/^[0-9A-Za-z]{1,32}$/.test(text)) throw new InvalidArgumentError('群的编号是32个以内的字母和数字');
  return text;
}

function words(text: string): string {
  if (!text.trim() || text.length > 100) throw new InvalidArgumentError('不能空着，也不能太长');
  return text.trim();
}
