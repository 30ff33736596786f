// Whether the groups named in the organisation can be written to: those the app made, and those with a group robot. Nothing is sent to them.

import type { WecomHttp } from '../../channels/wecom/http.ts';
import { wecomHttp } from '../../channels/wecom/http.ts';
import { nextStep } from '../../channels/wecom/next-steps.ts';
import type { Config } from '../../config.ts';
import type { ChannelName, Unit } from '../../domain/organisation.ts';
import type { AppChecked } from './app.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const appGroups = findingsOf('应用群');
const robots = findingsOf('群机器人');

/** Groups that are asked about, at most: a district has hundreds, and one of each kind of fault is enough. */
const most = 50;

type Units = readonly Pick<Unit, 'name' | 'groups'>[];

/** `call` = WeCom as the app; absent where the app is not accepted. */
export async function checkAppGroups(units: Units, call: AppChecked['call']): Promise<Finding[]> {
  const groups = groupsOf(units, 'wecom');
  if (groups.length === 0) return [appGroups.good('没有登记应用建的群，跳过')];
  if (!call) return [appGroups.attention(`登记了${groups.length}个群，应用不通，没有核对`, '先把“应用”那一项办好')];
  const findings: Finding[] = [];
  for (const { unit, group } of groups.slice(0, most)) {
    const answer = await call('appchat/get', { chatid: group });
    if (answer.kind === 'silence')
      return [appGroups.attention(`企业微信没有正常回答（${answer.detail}）`, '过几分钟再查')];
    if (answer.code === 0) continue;
    const { what, todo } = nextStep(answer.code, answer.message);
    findings.push(appGroups.bad(`${unit}的群：${what}（错误码 ${answer.code}）`, todo));
    // The app may write to no group at all: the others would say the same.
    if (answer.code === 48002) break;
  }
  return findings.length > 0 ? findings : [appGroups.good(`${groups.length}个群都在`)];
}

/** WeCom refuses a text without words after it has looked at the key: 44004 and its like mean that the robot is there. */
const emptyText = JSON.stringify({ msgtype: 'text', text: { content: '' } });
const keyIsWrong = new Set([93000, 93004, 93008]);

export async function checkRobots(
  units: Units,
  { environment }: Config,
  http: WecomHttp = wecomHttp(environment.WECOM_API_BASE),
): Promise<Finding[]> {
  const groups = groupsOf(units, 'webhook');
  if (groups.length === 0) return [robots.good('没有登记群机器人，跳过')];
  const findings: Finding[] = [];
  for (const { unit, group } of groups.slice(0, most)) {
    const answer = await http('webhook/send', { key: group }, emptyText);
    if (answer.kind === 'silence')
      return [robots.attention(`企业微信没有正常回答（${answer.detail}）`, '过几分钟再查')];
    const { what, todo } = nextStep(answer.code);
    if (keyIsWrong.has(answer.code)) findings.push(robots.bad(`${unit}的群：${what}（错误码 ${answer.code}）`, todo));
    else if (answer.code === 45009)
      findings.push(robots.attention(`${unit}的群：一分钟里发得太多（错误码 45009）`, '过一分钟再查'));
  }
  return findings.length > 0 ? findings : [robots.good(`${groups.length}个群机器人的 key 都有效`)];
}

function groupsOf(units: Units, channel: ChannelName): { readonly unit: string; readonly group: string }[] {
  return units.flatMap(({ name, groups }) => (groups[channel] ? [{ unit: name, group: groups[channel] }] : []));
}
