// What a code of WeCom's means for the person who looks after the service, and where in WeCom's console to click. Words only; calls nothing.
// The places are those of the stored manuals; where the console looks different, what it shows holds.

import { reactionTo } from './reactions.ts';

export interface NextStep {
  readonly what: string;
  readonly todo: string;
}

/** Whose credentials were used: the app's, or those of the contact-sync assistant (通讯录同步). */
export type Credentials = 'app' | 'contacts';

/** Meaning and next step of `errcode`. From `message` (their errmsg) only the address after `from ip:` is read. */
export function nextStep(code: number, message = '', of: Credentials = 'app'): NextStep {
  const ip = /from ip: ?([0-9a-f.:]{2,45})/i.exec(message)?.[1];
  const found = steps(of, ip).get(code);
  return (
    found ?? {
      what: reactionTo(code).say,
      todo: '把错误码和服务日志里的整行交给技术人员，或到 open.work.weixin.qq.com/devtool/query 查',
    }
  );
}

/** What was kept of a door's trouble (`troubleCode`), in words. `blocks`: nobody gets anything through this door until it is mended. */
export function sayTrouble(code: string): NextStep & { readonly blocks: boolean } {
  const number = /^-?\d+/.exec(code)?.[0];
  if (number === undefined)
    return { what: `没有正常回答（${code}）`, todo: '程序会自动再试；一直这样就检查这台机器的网络', blocks: false };
  const { action, reason } = reactionTo(Number(number));
  const { what, todo } = nextStep(Number(number), code);
  return {
    what: `${what}（错误码 ${number}）`,
    todo,
    blocks: action === 'tell-operator' && reason === 'door-misconfigured',
  };
}

interface Place {
  /** Where the page with the secret is. */
  readonly page: string;
  readonly secret: string;
  readonly trustedIp: string;
}

const app = '管理后台 → 应用管理 → 点开这个应用';
const places: Readonly<Record<Credentials, Place>> = {
  app: { page: app, secret: 'WECOM_SECRET', trustedIp: `${app} → 页面下方“企业可信IP”→ 配置` },
  contacts: {
    page: '管理后台 → 管理工具 → 通讯录同步',
    secret: 'WECOM_CONTACT_SECRET',
    trustedIp: '管理后台 → 管理工具 → 通讯录同步 →“企业可信IP”',
  },
};

function steps(of: Credentials, ip: string | undefined): ReadonlyMap<number, NextStep> {
  const { page, secret, trustedIp } = places[of];
  const copySecret = `${page} → Secret 旁边点“查看”（会发到管理员的企业微信里），复制到 ${secret}，重启服务`;
  const ofApp = (what: string, todo: string): NextStep => ({ what, todo: `${app} → ${todo}` });
  const range = ofApp('有人不在应用的可见范围里', '可见范围 → 编辑，加上党员所在的部门或本人');
  const noRight =
    of === 'contacts'
      ? { what: '这个密钥没有读通讯录的权限', todo: `${page}：确认复制的是这一页的 Secret，不是应用的，接口同步已开启` }
      : ofApp('应用没有这个接口的权限', '看页面上有没有停用或授权的提示；群聊还要求可见范围包含最上面的部门');
  const unknown = {
    what: '有账号在企业微信里不存在，或写错了',
    todo: '运行 npx zhibu sync --dry-run，照它列出的改名册再导入',
  };
  const robot = (what: string): NextStep => ({
    what,
    todo: '在那个群里：右上角“…”→ 消息推送（群机器人）→ 重新添加，再运行 npx zhibu group set --unit 单位编号 --webhook 新地址',
  });
  const group = (what: string): NextStep => ({
    what,
    todo: '重新建群用 npx zhibu group create --unit 单位编号；不用这个群了用 npx zhibu group remove',
  });
  return new Map([
    [-1, { what: '企业微信忙', todo: '过几分钟再查' }],
    [40001, { what: '密钥不对，或者应用已停用', todo: copySecret }],
    [40091, { what: '密钥不对，可能是别的应用的', todo: copySecret }],
    [41004, { what: '没有给出密钥', todo: copySecret }],
    [40013, corpId('企业ID 不对')],
    [41002, corpId('没有给出企业ID')],
    [40014, shared('访问凭证无效')],
    [42001, shared('访问凭证刚取到就过期了')],
    [40056, ofApp('AgentId 不对', '复制 AgentId 到 WECOM_AGENT_ID，重启服务')],
    [41011, ofApp('没有给出 AgentId', '复制 AgentId 到 WECOM_AGENT_ID，重启服务')],
    [301002, ofApp('AgentId 和 Secret 不是同一个应用的', '从同一页重新复制 AgentId 和 Secret，重启服务')],
    [
      60020,
      {
        what: `这台服务器的出口地址${ip ? ` ${ip} ` : ''}不在企业可信IP里`,
        todo: `${trustedIp} → 加上 ${ip ?? '服务器的出口地址'}，约一分钟后生效；按钮点不动时，先设好“接收消息”或“可信域名”`,
      },
    ],
    [60011, range],
    [60021, range],
    [50002, range],
    [81013, range],
    [48001, noRight],
    [48002, noRight],
    [48004, noRight],
    [48005, noRight],
    [48006, ofApp('应用很久没人用，权限被收回了', '按页面上的提示重新启用，再请几位同志打开应用说句话')],
    [50003, ofApp('应用被停用', '右上角点“启用”')],
    [
      43012,
      ofApp(
        '应用没有设置接收消息的地址，带按钮的卡片只能改成文字',
        '接收消息 → 设置API接收，URL 填 PUBLIC_URL 加 /wecom/callback',
      ),
    ],
    [43009, { what: '企业还没有认证', todo: '管理后台 → 我的企业 → 企业信息，完成认证' }],
    [
      45009,
      { what: '调用太多或密钥错得太多，暂时被限制', todo: '等一小时再查，其间不要反复重启；密钥若刚改过，先核对' },
    ],
    [45033, { what: '同时发出的请求太多', todo: '不用做什么，程序会自动放慢' }],
    [
      48009,
      {
        what: '通讯录同步的密钥不能从这个地址读取姓名（2022年8月以后企业微信的规定）',
        todo: '不用它读姓名：去掉 WECOM_CONTACT_SECRET，用应用自己的可见范围同步，或用名册导入',
      },
    ],
    [50001, trustedDomain('网页的域名不是应用的可信域名')],
    [80001, trustedDomain('网页的域名不可信，或没有备案')],
    [40003, unknown],
    [40031, unknown],
    [60111, unknown],
    [40201, { what: '正文被判为敏感或骚扰', todo: '看服务的日志找到是哪一条，改写后重新发布；程序不会自己重发' }],
    [82004, { what: '正文可能让客户端出错', todo: '看服务的日志找到是哪一条，改写后重新发布；程序不会自己重发' }],
    [301007, { what: '企业已解散或被封', todo: '请联系企业微信客服' }],
    [40050, group('群不存在')],
    [86003, group('群不存在')],
    [49008, group('群已经解散')],
    [86008, group('群是别的应用建的')],
    [93000, robot('群机器人的 key 不对，或机器人已被移除')],
    [93004, robot('群机器人已停用')],
    [93008, robot('群机器人不在这个群里')],
  ]);
}

function corpId(what: string): NextStep {
  return { what, todo: '管理后台 → 我的企业 → 企业信息 → 最下面的“企业ID”，复制到 WECOM_CORP_ID，重启服务' };
}

function shared(what: string): NextStep {
  return { what, todo: '多半有别的程序在用同一个应用的密钥：给支部通单独建一个应用' };
}

function trustedDomain(what: string): NextStep {
  return { what, todo: `${app} → 网页授权及JS-SDK → 设置可信域名，填 PUBLIC_URL 的域名，按提示放好校验文件` };
}
