// Whether the address book's own secret (通讯录同步) is accepted. Reads one id at most and keeps nothing.

import { wecomHttp } from '../../channels/wecom/http.ts';
import type { Config } from '../../config.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const contacts = findingsOf('通讯录');

export async function checkContacts({ environment }: Config): Promise<Finding[]> {
  const { WECOM_CORP_ID: corpId, WECOM_CONTACT_SECRET: secret, WECOM_API_BASE: apiBase } = environment;
  if (!secret) return [contacts.good('没有设置通讯录同步的密钥；名册用 zhibu import 导入，或按应用的可见范围同步')];
  if (!corpId)
    return [
      contacts.bad(
        '设置了 WECOM_CONTACT_SECRET，缺少 WECOM_CORP_ID',
        '管理后台 → 我的企业 → 企业信息 → 最下面的“企业ID”，写进 .env',
      ),
    ];
  const http = wecomHttp(apiBase);
  const answer = await http('gettoken', { corpid: corpId, corpsecret: secret });
  const token = answer.kind === 'answer' && answer.code === 0 ? answer.body.access_token : undefined;
  if (typeof token !== 'string') return [contacts.refused('取不到访问凭证', answer, apiBase, 'contacts')];
  // The one list that the assistant may still read from any trusted address (W96067).
  const list = await http('user/list_id', { access_token: token }, JSON.stringify({ cursor: '', limit: 1 }));
  if (list.kind === 'silence' || list.code !== 0)
    return [contacts.refused('读不到成员名单', list, apiBase, 'contacts')];
  return [contacts.good('通讯录同步的密钥有效，读得到成员账号')];
}
