// `zhibu group` against the fake WeCom, on a real embedded database: which group belongs to which unit, and what goes there afterwards.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatIdOf } from '../../src/channels/wecom/app-groups.ts';
import { fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { runHere } from './command-line.ts';
import { openPatient, type Patient } from './doctor-setup.ts';

const robot = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';
const webhook = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${robot}`;
const chatId = chatIdOf(fakeCredentials.corpId, 'b1');

let patient: Patient;
beforeAll(async () => {
  patient = await openPatient({
    robots: [robot],
    chats: ['branch2'],
    members: ['wangfang', 'zhaolei', 'lijie', 'sunbo', 'qianduo'],
  });
});
afterAll(() => patient.close());
beforeEach(async () => {
  patient.wecom.clearFaults();
  await patient.db.pool.query(`update unit set groups = '{}'`);
});

const zhibu = (...words: string[]) => runHere(['group', ...words], patient.env);
const groupsOf = async (unit: string) =>
  (await patient.db.pool.query<{ groups: object }>('select groups from unit where id = $1', [unit])).rows[0]!.groups;
const version = async () => (await patient.db.pool.query('select version from org_version')).rows[0].version as number;

describe('a group robot', () => {
  test('is set by its whole address; the key is not told in the list, and nothing is written into the group', async () => {
    const before = await version();
    expect(await zhibu('set', '--unit', 'b1', '--webhook', webhook)).toMatchObject({
      code: 0,
      stdout: '好，第一党支部的群机器人设好了\n',
    });
    expect(await groupsOf('b1')).toEqual({ webhook: robot });
    // Running services read the tree again.
    expect(await version()).toBeGreaterThan(before);
    const { stdout } = await zhibu('list');
    expect(stdout).toBe('b1 第一党支部：群机器人 693a……\n');
    expect(patient.wecom.groupInbox(robot)).toEqual([]);
  });

  test('that is not there is refused, unless nobody is to be asked', async () => {
    const wrong = webhook.replace('693a', '000a');
    const refused = await zhibu('set', '--unit', 'b1', '--webhook', wrong);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('93000');
    expect(refused.stderr).not.toContain('000a91f6');
    expect(await groupsOf('b1')).toEqual({});
    expect((await zhibu('set', '--unit', 'b1', '--webhook', wrong, '--no-check')).code).toBe(0);
  });

  test('belongs to one unit', async () => {
    await zhibu('set', '--unit', 'b1', '--webhook', webhook);
    expect((await zhibu('set', '--unit', 'b2', '--webhook', robot)).stderr).toContain('已经是第一党支部（b1）的群');
    expect((await zhibu('set', '--unit', 'b1', '--webhook', robot)).code).toBe(0);
  });

  test('is taken away again', async () => {
    await zhibu('set', '--unit', 'b1', '--webhook', webhook);
    expect((await zhibu('remove', '--unit', 'b1', '--door', 'webhook')).code).toBe(0);
    expect(await groupsOf('b1')).toEqual({});
    expect((await zhibu('remove', '--unit', 'b1', '--door', 'webhook')).stdout).toContain('没有设过');
    expect((await zhibu('list')).stdout).toContain('还没有设过群');
  });
});

describe('a group of the app', () => {
  test('is made for a branch with everybody who has an account, says hello and is set', async () => {
    const shown = await zhibu('create', '--unit', 'b1', '--dry-run');
    expect(shown.stdout).toMatch(/会建“第一党支部”：\d+人，群主王芳/);
    expect(await groupsOf('b1')).toEqual({});
    const made = await zhibu('create', '--unit', 'b1');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(chatId);
    expect(await groupsOf('b1')).toEqual({ wecom: chatId });
    const [hello, ...more] = patient.wecom.groupInbox(chatId);
    expect(more).toEqual([]);
    expect(hello!.text).toContain('我听不到');
    expect(hello!.to).toContain('zhaolei');
  });

  test('that was made before gets no twin: its members are brought in line', async () => {
    await zhibu('create', '--unit', 'b1');
    const hellos = patient.wecom.groupInbox(chatId).length;
    await patient.db.pool.query(`update member set left_at = now() where id = 'zhaolei'`);
    const again = await zhibu('create', '--unit', 'b1');
    expect(again.stdout).toContain('加了0人，去掉1人');
    await patient.db.pool.query(`update member set left_at = null where id = 'zhaolei'`);
    expect((await zhibu('create', '--unit', 'b1')).stdout).toContain('加了1人，去掉0人');
    expect(patient.wecom.groupInbox(chatId)).toHaveLength(hellos);
  });

  test('cannot be made by an app that does not see the whole corp, and the way out is said', async () => {
    patient.wecom.setSwitches({ rootRange: false });
    const refused = await zhibu('create', '--unit', 'b1');
    patient.wecom.setSwitches({ rootRange: true });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/48002.*可见范围包含最上面的部门/s);
    expect(await groupsOf('b1')).toEqual({});
  });

  test('that another program of the app made is set by its id, when WeCom knows it', async () => {
    expect((await zhibu('set', '--unit', 'b2', '--chat', 'branch2')).code).toBe(0);
    expect(await groupsOf('b2')).toEqual({ wecom: 'branch2' });
    expect((await zhibu('set', '--unit', 'b1', '--chat', 'nowhere')).stderr).toContain('40050');
    patient.wecom.fault({ api: 'appchat/get', status: 502 });
    expect((await zhibu('set', '--unit', 'b1', '--chat', 'branch2')).code).toBe(1);
  });
});

test('a group of the AI bot is set by its id, exactly as it is written', async () => {
  expect((await zhibu('set', '--unit', 'b1', '--bot', 'wrAbC-9')).stdout).toContain('要有人在群里@过机器人');
  expect(await groupsOf('b1')).toEqual({ 'wecom-bot': 'wrAbC-9' });
});

test.each<[string[], number, string]>([
  [['set', '--unit', 'b1'], 1, '--webhook、--chat、--bot'],
  [['set', '--unit', 'b9', '--bot', 'x'], 1, '没有编号为 b9 的单位'],
  [['set', '--bot', 'x'], 2, '缺少选项 --unit'],
  [['set', '--unit', 'b1', '--webhook', 'https://e.example/'], 2, 'key='],
  [['set', '--unit', 'b1', '--chat', 'a-b'], 2, '字母和数字'],
  [['remove', '--unit', 'b1', '--door', 'wechaty'], 2, '可选 webhook'],
  [['create', '--unit', 'district', '--owner', 'wangfang'], 1, '--owner'],
])('%j: exit %i, %s', async (words, exit, told) => {
  const { code, stderr } = await zhibu(...words);
  expect(stderr).toContain(told);
  expect(code).toBe(exit);
});

test.each(['group', 'group list', 'group set', 'group remove', 'group create'])(
  '%s has help in Chinese',
  async (name) => {
    const { code, stdout } = await runHere([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/Usage|Options|Arguments|choices:|default:/);
  },
);
