// Help and wrong use of every command, in Chinese: 0 and 2.

import { expect, test } from 'vitest';
import { runHere } from './command-line.ts';

const names = ['import', 'broadcast', 'digest', 'doctor', 'flows', 'terminal', 'backup', 'restore'];

test.each([...names, 'broadcast approve', 'broadcast status', 'broadcast cancel', 'broadcast recall'])(
  '%s has help in Chinese',
  async (name) => {
    const { code, stdout } = await runHere([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^用法： zhibu /);
    expect(stdout).not.toMatch(/Usage|Options|Arguments|choices:|default:|\[options\]/);
  },
);

test.each([
  [['nonsense'], '没有命令 nonsense'],
  [['import'], '缺少参数 file'],
  [['import', 'a.xlsx', '--nix'], '没有选项 --nix'],
  [['import', 'a.xlsx', 'b.xlsx'], '参数太多'],
  [['backup'], '缺少参数 file'],
  [['restore', 'a', '--force', '--force', 'b'], '参数太多'],
  [['digest'], '缺少选项 --unit'],
  [['digest', '--unit'], '选项 --unit <id> 后面缺少内容'],
  [['digest', '--unit', 'b1', '--format', 'pdf'], '选项 --format <format> 不能是“pdf”：可选 text'],
  [['digest', '--unit', 'b1', '--week', '2026-W54'], '写成 2026-W49 这样'],
  [['broadcast'], '缺少参数 file'],
  [['broadcast', 'a.md', '--by', 'x'], '缺少选项 --to'],
  [['broadcast', 'a.md', '--to', 'b1'], '缺少选项 --by'],
  [['broadcast', 'a.md', '--to', 'b1', '--by', 'x', '--at', '明天'], '写成 "2026-12-10 09:00" 这样'],
  [['broadcast', 'a.md', '--to', 'b1', '--by', 'x', '--at', '2026-02-30 09:00'], '写成 "2026-12-10 09:00" 这样'],
  [['broadcast', 'approve', 'id'], '缺少选项 --by'],
  [['broadcast', 'approve', '--by', 'x'], '缺少参数 id'],
  [['broadcast', 'status'], '缺少参数 id'],
  [['terminal'], '缺少选项 --as'],
  [['doctor', 'please'], '参数太多'],
])('%j is wrong use, told in one line', async (words, told) => {
  const { code, stdout, stderr } = await runHere(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(told);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
