import { describe, expect, test } from 'vitest';
import { understand } from '../../../src/channels/wecom/message.ts';
import type { ContactChange } from '../../../src/domain/contact-change.ts';

const agentId = 1000002;

/** An event of the contacts: from `sys`, without an app. */
function event(fields: Record<string, string>): string {
  const all = { FromUserName: 'sys', CreateTime: '1700000100', MsgType: 'event', ...fields };
  const inside = Object.entries(all).map(([name, value]) =>
    value.startsWith('<') ? `<${name}>${value}</${name}>` : `<${name}><![CDATA[${value}]]></${name}>`,
  );
  return `<xml><ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName>${inside.join('')}</xml>`;
}

function newsOf(fields: Record<string, string>) {
  const understood = understand(event(fields), agentId);
  if (understood.kind === 'refused' || !understood.news) throw new Error('no news');
  return understood.news;
}

const change = (fields: Record<string, string>) => ({ Event: 'change_contact', ...fields });

test.each<[string, Record<string, string>, ContactChange[]]>([
  [
    'a new userid with everything old addresses are told',
    change({
      ChangeType: 'create_user',
      UserID: 'zhangsan',
      Name: '张三',
      Department: '1,2',
      Mobile: '13800000000',
      Email: 'zhangsan@example.com',
      Avatar: 'https://p.example/1',
      Status: '1',
    }),
    [{ kind: 'joined', account: 'zhangsan', name: '张三' }],
  ],
  [
    'a new userid and nothing else',
    change({ ChangeType: 'create_user', UserID: 'zhangsan', Department: '2' }),
    [{ kind: 'joined', account: 'zhangsan', name: null }],
  ],
  [
    'a userid of digits with zeros before them',
    change({ ChangeType: 'delete_user', UserID: '007' }),
    [{ kind: 'deleted', account: '007' }],
  ],
  [
    'a renamed userid',
    change({ ChangeType: 'update_user', UserID: 'zhangsan', NewUserID: 'zhangsan2' }),
    [{ kind: 'renamed', account: 'zhangsan', to: 'zhangsan2' }],
  ],
  [
    'a renamed userid that was disabled: what follows happened to the new one',
    change({ ChangeType: 'update_user', UserID: 'zhangsan', NewUserID: 'zhangsan2', Status: '2' }),
    [
      { kind: 'renamed', account: 'zhangsan', to: 'zhangsan2' },
      { kind: 'out-of-range', account: 'zhangsan2' },
    ],
  ],
  [
    'another department: nothing that concerns us',
    change({ ChangeType: 'update_user', UserID: 'zhangsan', Department: '3' }),
    [{ kind: 'changed', account: 'zhangsan' }],
  ],
  [
    'somebody left the corp',
    change({ ChangeType: 'update_user', UserID: 'zhangsan', Status: '5' }),
    [{ kind: 'out-of-range', account: 'zhangsan' }],
  ],
  [
    'somebody is active again',
    change({ ChangeType: 'update_user', UserID: 'zhangsan', Status: '1' }),
    [{ kind: 'in-range', account: 'zhangsan' }],
  ],
  [
    'a new department',
    change({ ChangeType: 'create_party', Id: '12', Name: '技术部', ParentId: '1', Order: '100' }),
    [{ kind: 'department', change: 'created', department: 12 }],
  ],
  [
    'a department with another parent and no name',
    change({ ChangeType: 'update_party', Id: '12', ParentId: '2' }),
    [{ kind: 'department', change: 'changed', department: 12 }],
  ],
  [
    'a department that is gone',
    change({ ChangeType: 'delete_party', Id: '12' }),
    [{ kind: 'department', change: 'deleted', department: 12 }],
  ],
  ['a tag', change({ ChangeType: 'update_tag', TagId: '3', AddUserItems: 'a,b' }), [{ kind: 'tag', tag: 3 }]],
  ['a kind of change nobody knows yet', change({ ChangeType: 'merge_moon', UserID: 'zhangsan' }), []],
  ['a change without the person it is about', change({ ChangeType: 'delete_user' }), []],
  [
    'an import in the console',
    { Event: 'batch_job_result', BatchJob: '<JobId>j</JobId><JobType>sync_user</JobType><ErrCode>0</ErrCode>' },
    [{ kind: 'import-ended', code: 0 }],
  ],
  [
    'the app is to be suspended',
    { Event: 'inactive_alert', EffectTime: '1700009999' },
    [{ kind: 'app', event: 'inactive_alert', effectAt: 1_700_009_999_000 }],
  ],
  [
    'the app was suspended',
    { Event: 'close_inactive_agent' },
    [{ kind: 'app', event: 'close_inactive_agent', effectAt: null }],
  ],
  [
    'somebody is out of sight',
    { Event: 'unsubscribe', FromUserName: 'zhangsan', AgentID: '1000002' },
    [{ kind: 'out-of-range', account: 'zhangsan' }],
  ],
])('%s', (_name, fields, changes) => {
  expect(understand(event(fields), agentId)).toMatchObject({ kind: 'news', news: { at: 1_700_000_100_000, changes } });
});

test('who comes into sight is taken in and greeted, in one', () => {
  expect(
    understand(event({ Event: 'subscribe', FromUserName: 'zhangsan', AgentID: '1000002' }), agentId),
  ).toMatchObject({
    kind: 'inbound',
    inbound: { account: 'zhangsan', content: { kind: 'enter' } },
    news: { changes: [{ kind: 'in-range', account: 'zhangsan' }] },
  });
});

test('phone, address and picture of a person never get into a value', () => {
  const told = {
    Mobile: '13800000000',
    Email: 'a@example.com',
    Avatar: 'https://p.example/1',
    Telephone: '020-1',
    Address: '某路1号',
  };
  for (const ChangeType of ['create_user', 'update_user']) {
    const news = newsOf(change({ ChangeType, UserID: 'zhangsan', Name: '张三', ...told }));
    for (const secret of Object.values(told)) expect(JSON.stringify(news)).not.toContain(secret);
  }
});

describe('an event is known by all that it says', () => {
  const fields = change({ ChangeType: 'delete_user', UserID: 'zhangsan' });

  test('a repeat is the same, in whatever order its elements come', () => {
    const turned = Object.fromEntries(Object.entries(fields).reverse());
    expect(newsOf(turned).key).toBe(newsOf(fields).key);
  });

  test.each([{ UserID: 'lisi' }, { CreateTime: '1700000101' }, { ChangeType: 'create_user' }])(
    '%j makes another one',
    (other) => expect(newsOf({ ...fields, ...other }).key).not.toBe(newsOf(fields).key),
  );
});
