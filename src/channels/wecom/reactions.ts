// What each error code of WeCom means for us: one table, read by sending, by `zhibu doctor` and by the operations page. Calls nothing.

import type { FailureReason } from '../channel.ts';

export type Action =
  /** Fetch a new token, repeat the call once. The client has done so by the time anybody else sees this. */
  | 'refresh-token'
  /** Trouble on their side: the same call may succeed later. */
  | 'retry'
  /** Too many calls at a time: fewer at once, again after a second or two. */
  | 'slow-down'
  /** A limit is used up: nothing more to this address until the block is over. */
  | 'wait'
  /** This recipient cannot be reached; the others can. */
  | 'drop'
  /** The request was wrong and stays wrong: never repeat it unchanged. */
  | 'our-bug'
  /** Somebody has to change something in the console; `say` tells what. */
  | 'tell-operator'
  /** The platform has forgotten the file: upload it again, then send. */
  | 'upload-again'
  /** Not an error for us. */
  | 'nothing';

export interface Reaction {
  readonly action: Action;
  readonly reason: FailureReason;
  /** What it means and what to do, for the operator. */
  readonly say: string;
}

/** The reaction to an `errcode`; one that is not in the table is told to the operator as it is. */
export function reactionTo(code: number): Reaction {
  return table.get(code) ?? unknown;
}

/** After these a business call is repeated once with a new token. From `gettoken` itself 40001 means a wrong secret. */
export const tokenCodes: ReadonlySet<number> = new Set([40001, 40014, 41001, 42001]);

/** The card is refused, not the message: no callback address (43012), or something about its form. In words it may go. */
export function refusesCards(code: number): boolean {
  return code === 43012 || (code >= 42014 && code <= 42020) || (code >= 42027 && code <= 42051);
}

const unknown: Reaction = {
  action: 'tell-operator',
  reason: 'bad-request',
  say: '企业微信返回了没见过的错误码，请到 open.work.weixin.qq.com/devtool/query 查询',
};

const table: ReadonlyMap<number, Reaction> = new Map([
  ...rows('retry', 'gave-up', {
    [-1]: '企业微信忙，稍后自动再试',
    6000: '数据正在被别处修改，稍后自动再试',
  }),
  ...rows('refresh-token', 'door-misconfigured', {
    40014: '访问凭证无效，已自动换新；若一直出现，请检查是否有别的程序在用同一个应用密钥',
    41001: '请求里没有访问凭证，已自动补上',
    42001: '访问凭证过期，已自动换新',
  }),
  ...rows('slow-down', 'gave-up', { 45033: '同时发出的请求太多，自动放慢' }),
  ...rows('wait', 'gave-up', { 45009: '接口次数用完，自动等到限制解除后再发' }),
  ...rows('drop', 'unknown-account', {
    40003: '账号不存在或写错，请核对通讯录里的账号',
    40031: '账号名单里有不存在的账号，请核对',
    46004: '没有查到这个人，请核对手机号',
    60111: '账号不存在，请核对通讯录里的账号',
    60003: '部门不存在，请核对部门编号',
    60123: '部门不存在，请核对部门编号',
  }),
  ...rows('drop', 'not-in-range', {
    43004: '此人没有绑定微信',
    50002: '此人不在应用的可见范围，请在后台把他加进可见范围',
    60011: '应用无权查看此人或部门，请在后台调整可见范围',
    60021: '此人不在应用的可见范围，请在后台把他加进可见范围',
    81013: '收件人都不在应用的可见范围，请在后台调整可见范围',
  }),
  ...rows('our-bug', 'bad-request', {
    40004: '文件类型不对',
    40005: '文件类型不对',
    40006: '文件大小不对',
    40008: '消息类型不对',
    40009: '图片大小不对',
    40011: '视频大小不对',
    40032: '一次的收件人超过1000个',
    40033: '文字里有不允许的字符',
    40035: '参数不合法',
    40058: '参数不合法',
    40063: '缺少参数',
    40074: '图文消息不能设为保密',
    40093: '页面签名不对',
    40123: '图片格式不对',
    41002: '缺少企业编号，请检查 WECOM_CORP_ID',
    41004: '缺少应用密钥，请检查 WECOM_SECRET',
    41006: '缺少文件编号',
    42012: '页面凭证不对',
    44001: '文件是空的',
    44004: '文字是空的',
    45001: '文件太大',
    45002: '文字太长',
    45007: '语音超过60秒',
    45008: '图文条数不对',
    45034: '网址缺少 http:// 或 https://',
    81012: '没有收件人',
    82001: '没有收件人',
    82002: '一次的部门超过100个',
    82003: '一次的标签超过100个',
    86008: '群是别的应用建的',
    93006: '群编号不对，注意大小写',
    301016: '语音文件太大',
    301017: '语音须是 AMR 格式',
    830002: '文件超过20兆，须分段下载',
    ...same([...range(40016, 40027), 40054, 40055], '菜单的名字、网址或层数不合法，请检查 content/menu.yaml'),
    ...same(range(42014, 42020), '卡片的编号或按钮不合法'),
    ...same(range(42027, 42051), '卡片的内容不完整或超出条数'),
    ...same([86001, ...range(86004, 86007), ...range(86201, 86207), 86216, 86217, 86220, 86224], '群的参数不合法'),
  }),
  ...rows('tell-operator', 'blocked-text', {
    40201: '内容被判为敏感或骚扰，没有发出，请改写后重发',
    82004: '内容可能让客户端出错，没有发出，请改写后重发',
  }),
  ...rows('tell-operator', 'door-misconfigured', {
    40001: '应用密钥不对或应用已停用，请核对 WECOM_SECRET',
    40013: '企业编号不对，请核对 WECOM_CORP_ID',
    40050: '群不存在',
    40056: '应用编号不对，请核对 WECOM_AGENT_ID',
    40068: '标签不可用',
    40091: '应用密钥不对，可能是别的应用的，请核对 WECOM_SECRET',
    41011: '缺少应用编号，请检查 WECOM_AGENT_ID',
    43009: '企业还没有认证，请在后台完成认证',
    43012: '应用没有设置接收消息的地址，请在后台设置',
    48001: '应用没有这个接口的权限，请在后台开通',
    48002: '应用没有这个接口的权限，请在后台开通',
    48004: '应用没有得到授权，请在后台授权',
    48005: '应用的接口权限被收回，请在后台查看原因',
    48006: '应用长期未用，接口权限被收回，请管理员在后台重新启用',
    48009: '通讯录同步助手不能从这个地址读取详情，请改用应用密钥',
    49008: '群已经解散',
    50001: '网页的域名不是应用的可信域名，请在后台设置',
    50003: '应用被停用，请管理员在后台启用',
    60020: '服务器的公网地址不在企业可信IP里，请在后台添加（地址见错误信息的 from ip）',
    80001: '网页域名不可信或没有备案，请在后台检查',
    81011: '标签不是这个应用建的',
    86003: '群不存在',
    93000: '群机器人的地址不对或机器人已被移除，请重新添加',
    93004: '群机器人已停用，请在群里启用',
    93008: '群机器人不在这个群里，请重新添加',
    301002: '访问凭证与应用编号不是同一个应用，请核对 WECOM_AGENT_ID 与 WECOM_SECRET',
    301007: '企业已解散或被封，请联系企业微信',
  }),
  ...rows('upload-again', 'bad-request', { 40007: '文件编号无效或已超过3天，须重新上传' }),
  ...rows('nothing', 'expired', { 60140: '卡片已超过72小时或已更新过，改发新消息' }),
  ...rows('nothing', 'bad-request', { 86215: '群已存在，直接使用' }),
]);

function rows(action: Action, reason: FailureReason, says: Readonly<Record<number, string>>): [number, Reaction][] {
  return Object.entries(says).map(([code, say]) => [Number(code), { action, reason, say }]);
}

function same(codes: readonly number[], say: string): Record<number, string> {
  return Object.fromEntries(codes.map((code) => [code, say]));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
