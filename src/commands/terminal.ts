// `zhibu terminal --as MEMBER`: talk with the bot at the keyboard, as this member. Sends nothing through other doors; that is the service's work.

import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import type { Recipient } from '../channels/channel.ts';
import { readTerminalLine, terminalChannel, terminalPrompt, terminalText } from '../channels/terminal.ts';
import { Fault } from '../domain/fault.ts';
import type { Member } from '../domain/organisation.ts';
import { minute } from '../domain/time.ts';
import { outboxLines } from '../jobs/outbox.ts';
import { memberById } from '../store/members.ts';
import { lanes } from '../store/outbox-rows.ts';
import { handOverToSeat, leaveSeat, takeSeat } from '../store/terminal-seat.ts';
import type { AddCommand } from './index.ts';
import type { OpenApp } from './with-app.ts';
import { withApp } from './with-app.ts';

export const terminalCommand: AddCommand = (program, readConfig) =>
  program
    .command('terminal')
    .description('在终端里以一名党员的身份和支部通说话，用来试；说的话会真的记下')
    .requiredOption('--as <member>', '谁（编号）')
    .addHelpText(
      'after',
      '\n在行首写“群 ”就是在支部的群里说；说“退出”或按 Ctrl-D 离开。发给别人的话、导出的文件由正在运行的服务送。',
    )
    .action(async (options: { as: string }) => {
      let show = print;
      const door = terminalChannel({
        write: (to, text) => show(said(to, text)),
        here: (account) => account === options.as,
      });
      await withApp(
        readConfig(),
        async (open) => {
          const member = await memberById(open.app.pool, options.as);
          if (!member || member.leftAt !== null)
            throw new Fault('not-found', `没有编号为 ${options.as} 的党员，请检查 --as`);
          await takeSeat(open.app.pool, member.id);
          try {
            await talk(open, member, (write) => {
              show = write;
            });
          } finally {
            await leaveSeat(open.app.pool, member.id);
          }
        },
        [door],
      );
    });

/** How often what the outbox holds for the seat is looked for, in milliseconds. */
const glance = 1000;

async function talk(
  { app, channels }: OpenApp,
  member: Member,
  onShow: (show: (text: string) => void) => void,
): Promise<void> {
  const interactive = process.stdin.isTTY === true;
  const input = createInterface({ input: process.stdin, ...(interactive ? { output: process.stdout } : {}) });
  input.setPrompt(terminalPrompt(member.name));
  onShow((text) => {
    print(interactive ? `\r${text}` : text);
    if (interactive) input.prompt(true);
  });
  // From here on no line is lost, also when the input ends before anybody asks for the next one.
  const typed = input[Symbol.asyncIterator]();
  const fetch = mailbox({ app, channels }, member);
  const timer = setInterval(() => void fetch(), glance);
  try {
    await fetch();
    if (interactive) input.prompt();
    for await (const line of typed) {
      const read = readTerminalLine(line);
      if (read.kind === 'leave') break;
      if (read.kind === 'said') {
        const { drafts } = await app.receive({
          channel: 'terminal',
          messageId: randomUUID(),
          account: member.id,
          at: app.clock(),
          place: read.inGroup ? { kind: 'group', group: member.unit } : { kind: 'private' },
          content: read.content,
        });
        for (const draft of drafts) print(`${read.inGroup ? '（群里）' : ''}${terminalText(draft)}`);
        await fetch();
      }
      if (interactive) input.prompt();
    }
  } finally {
    clearInterval(timer);
    input.close();
    await fetch();
  }
}

/** Shows what the outbox holds for the seat; one look at a time. */
function mailbox({ app, channels }: Pick<OpenApp, 'app' | 'channels'>, member: Member): () => Promise<void> {
  const log = pino({ level: 'silent' });
  const seat = new Map(channels.filter(({ name }) => name === 'terminal').map((door) => [door.name as string, door]));
  const lines = outboxLines({ pool: app.pool, channels: seat, clock: app.clock, log });
  let last: Promise<void> = Promise.resolve();
  const look = async () => {
    const now = app.clock();
    const rows = await handOverToSeat(app.pool, { member: member.id, group: member.unit }, now, now + minute);
    for (const { id, lane } of rows)
      await lines.find(({ name }) => name !== 'task' && lanes[name] === lane)?.handle(id);
  };
  return () => {
    last = last.then(look);
    return last;
  };
}

function said(to: Recipient, text: string): string {
  return to.kind === 'group' ? `（群里）${text}` : text;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
