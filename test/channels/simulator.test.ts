import { describe, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import { draftAsText } from '../../src/channels/draft-text.ts';
import { type SimulatorMessage, simulatorChannel } from '../../src/channels/simulator.ts';
import { readTerminalLine, terminalChannel, terminalPrompt } from '../../src/channels/terminal.ts';
import { defineChannelContract } from '../contracts/channel.ts';

const known = ['wangfang', 'zhaolei'] as const;

/** A page that remembers what it was given, once for each serial. */
function page() {
  const delivered: SimulatorMessage[] = [];
  const troubles: ('failure' | 'lost answer')[] = [];
  const channel = simulatorChannel({
    async deliver(message) {
      const now = troubles.shift();
      if (now === 'failure') throw new Error('no database');
      if (!delivered.some(({ serial }) => serial === message.serial)) delivered.push(message);
      if (now === 'lost answer') throw new Error('connection lost');
      return message.to.kind === 'group'
        ? undefined
        : message.to.accounts.filter((account) => !known.some((one) => one === account));
    },
    takeBack: async (serial) => delivered.some((message) => message.serial === serial),
  });
  const inbox = (account: string) =>
    delivered
      .filter(({ to }) => to.kind === 'accounts' && to.accounts.includes(account))
      .map(({ draft }) => draftAsText(draft));
  return {
    channel,
    inbox,
    delivered,
    fail: (how: 'failure' | 'lost answer', times = 1) => {
      for (let n = 0; n < times; n += 1) troubles.push(how);
    },
  };
}

defineChannelContract('simulator', async () => {
  const { channel, inbox, fail } = page();
  return {
    channel,
    known,
    unknown: 'ghost',
    longest: 20_000,
    inbox,
    trouble: {
      failure: () => fail('failure'),
      away: (calls) => fail('failure', calls),
      lostAnswer: () => fail('lost answer'),
    },
    close: async () => {},
  };
});

defineChannelContract('terminal', async () => {
  const shown: [string, string][] = [];
  const channel: Channel = terminalChannel({
    write: (to, text) => {
      shown.push([to.kind === 'group' ? `@${to.group}` : to.accounts[0]!, text]);
    },
    here: (account) => known.some((one) => one === account),
  });
  return {
    channel,
    known,
    unknown: 'ghost',
    longest: 20_000,
    inbox: (account) => shown.filter(([to]) => to === account).map(([, text]) => text),
    close: async () => {},
  };
});

describe('the door of the simulator', () => {
  test('a card stays a card, with its title, buttons, link and file', async () => {
    const { channel, delivered } = page();
    const draft = {
      title: '主题党日',
      text: '12月7日 09:00，三楼会议室',
      buttons: [{ label: '收到', data: 's:acknowledge' }],
      link: { label: '看看安排', url: 'https://example.org/a?b=1' },
      file: { id: 'f1', name: '周报.xlsx' },
    };
    for (const body of channel.compose(draft, { kind: 'group', group: 'b1' }, 5)) await channel.send(body);
    expect(delivered).toEqual([{ to: { kind: 'group', group: 'b1' }, draft, serial: 5 }]);
  });

  test('a file without words is a message', () => {
    const { channel } = page();
    const to = { kind: 'accounts', accounts: ['wangfang'] } as const;
    expect(channel.compose({ text: '', file: { id: 'f1', name: '周报.xlsx' } }, to, 1)).toHaveLength(1);
  });

  test('what was sent can be taken back by its reference', async () => {
    const { channel } = page();
    const [body] = channel.compose({ text: '学习材料' }, { kind: 'accounts', accounts: ['wangfang'] }, 12);
    const outcome = await channel.send(body!);
    expect(outcome).toMatchObject({ kind: 'sent', reference: '12' });
    expect(await channel.recall('12')).toEqual({ kind: 'sent', reference: '12' });
    expect(await channel.recall('13')).toMatchObject({ kind: 'rejected' });
  });
});

describe('what is typed into the terminal', () => {
  test('is said in private, or in the group when it begins with 群', () => {
    expect(readTerminalLine(' 签到 ')).toEqual({
      kind: 'said',
      content: { kind: 'text', text: '签到' },
      inGroup: false,
    });
    for (const line of ['群 签到', '@群 签到', '群：签到'])
      expect(readTerminalLine(line)).toEqual({
        kind: 'said',
        content: { kind: 'text', text: '签到' },
        inGroup: true,
      });
    expect(readTerminalLine('群众路线')).toMatchObject({ inGroup: false });
  });

  test('ends the talk or says nothing', () => {
    for (const line of ['退出', '再见', 'Exit', 'quit']) expect(readTerminalLine(line)).toEqual({ kind: 'leave' });
    for (const line of ['', '  ', '\0']) expect(readTerminalLine(line)).toEqual({ kind: 'nothing' });
  });

  test('stands behind the name of who types it', () => {
    expect(terminalPrompt('王芳')).toBe('王芳> ');
  });
});

describe('what a member sent in', () => {
  const file = { bytes: Buffer.from('hello'), name: 'a.txt', type: 'text/plain' };
  const door = (sentIn: (id: string) => Promise<typeof file | undefined>) =>
    simulatorChannel({ deliver: async () => undefined, sentIn });

  test('is there, gone, too large, or not to be reached now', async () => {
    const get = door(async (id) => (id === 'known' ? file : undefined)).fetch!;
    expect(await get('known', 5)).toEqual({ kind: 'fetched', ...file });
    expect(await get('known', 4)).toEqual({ kind: 'too-large' });
    expect(await get('unknown', 5)).toMatchObject({ kind: 'gone' });
    const lost = door(() => Promise.reject(new Error('no database'))).fetch!;
    expect(await lost('known', 5)).toEqual({ kind: 'unreachable', detail: 'no database' });
  });

  test('cannot be asked for where nobody keeps it', () => {
    expect(simulatorChannel({ deliver: async () => undefined }).fetch).toBeUndefined();
  });
});
