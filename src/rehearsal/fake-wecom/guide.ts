// What `GET /` of the fake says: everything that can be done by hand, with lines to copy. Text only.

import type { z } from 'zod';
import { botSwitchForms } from './bot-switches.ts';
import type { Bench } from './by-hand.ts';
import { hostileKinds, hostileMeaning } from './hostile.ts';
import { switchForms } from './switches.ts';

export function guide({ world, bot }: Bench, url: string): string {
  const post = (path: string, body: object) => `  curl -d '${JSON.stringify(body)}' ${url}${path}`;
  const sections = [
    `假企业微信：只在本机，什么都不会发给真人，停下就全部忘掉。
回调地址：${world.callback ?? '没有（启动时给 --callback，或用 /__callback）'}
智能机器人：${bot ? `开着，长连接地址 ${bot.ws}` : '没有开（启动时加 --bot，或设置 WECOM_BOT_ID 等环境变量）'}
出错时回答 400 和 {"error": "哪里不对"}。`,

    `【看】
  curl '${url}/__inbox?user=wangfang'     成员收到的（单聊，应用和机器人）
  curl '${url}/__inbox?group=群号'         群里收到的：应用群的 chatid、群机器人的 key、智能机器人的群
  curl ${url}/__state                      现在的全部状态：令牌、卡片、菜单、素材、开关……
  curl ${url}/__calls                      每个接口被叫了多少次`,

    `【说】成员做一件事，服务会收到加密的回调
${post('/__say', { from: 'wangfang', text: '签到' })}
${post('/__say', { from: 'wangfang', text: '签到', group: '群号' })}     群里 @ 智能机器人
${post('/__say', { from: 'wangfang', text: '签到', msgid: '7301234567890123456', again: 2 })}     同一条再送两次
${post('/__say', { from: 'wangfang', text: '签到', unheard: 1 })}     第一次的回答丢了，马上重试，两次重叠
${post('/__say', { from: 'wangfang', text: '先说的', at: -5 })}     晚到：五秒前说的
${post('/__say', { from: '007', text: 'a]]>b', form: { cdata: false, reversed: true } })}     不用 CDATA、字段倒着排
${post('/__say', { from: 'wangfang', fields: { MsgType: 'event', Event: 'click', EventKey: 'study' } })}     其他消息和事件
${post('/__tap', { user: 'wangfang', label: '参加' })}     点卡片上的按钮（也可用 key、task_id；选项用 options）
${post('/__upload', { from: 'wangfang', kind: 'image', name: '合影.jpg', base64: '/9j/4AAQSkZJRg==' })}     发图片（voice、video、file 也行；内容用 base64、text、size 或机器人语音的 says）
${post('/__enter', { user: 'wangfang' })}     打开应用（"door":"bot" 是打开机器人会话）
  单聊缺省走应用，加 "door":"bot" 走智能机器人。`,

    `【出问题】缺省只碰下一次调用；api 指定接口，times 次数，seconds 持续多少秒
${post('/__fault', { api: 'message/send', times: 3, code: 45033 })}     并发过高；-1 系统忙、60020 不可信IP、48006 权限被收回、50003 停用都这样写
${post('/__fault', { api: 'message/send', code: 45009, seconds: 60 })}     额度用完，封60秒
${post('/__fault', { token: 'expire' })}     令牌全部过期（42001）；corrupt 是全部失效（40014）
${post('/__fault', { status: 502 })}     网关报错（500、502、504……）
${post('/__fault', { body: 'html' })}     来的是网页；half 只回半截 JSON；slow 回到一半停30秒；tls 不是 HTTP
${post('/__fault', { api: 'message/send', reset: 'after' })}     已经收下，但连接断了（before 是没收下）
${post('/__fault', { silence: 'after' })}     已经收下，但永远不回答
${post('/__fault', { delayMs: 3000, times: 10 })}     慢三秒
${post('/__fault', { latency: 200 })}     从现在起每次都至少200毫秒
${post('/__fault', { bot: { do: 'kick' } })}     机器人长连接被踢；drop 断线，forget 忘了订阅
${post('/__fault', { bot: { droppedAcks: 2, deaf: true } })}     机器人的应答丢两次、不回 ping；还有 silentSubscribes、lostFrames、refusals
  curl -X DELETE ${url}/__fault            全部撤销`,

    `【时间、人、地址】
${post('/__clock', { forward: 7200 })}     把这里的钟往前拨（令牌、素材、卡片到期都看它；回调上的时间戳不动，服务自己的钟也不动）
${post('/__members', { members: ['wangfang', 'zhaolei'], unlicensed: ['liming'], robots: ['robot-key-1'] })}     可见范围、没有许可的人、群机器人
${post('/__contacts', { do: 'join', userid: 'newbie', name: '新人', department: [1] })}     通讯录变动（GET 看现状）
${post('/__callback', { url: 'http://127.0.0.1:8080/wecom/callback' })}
  curl -X POST ${url}/__check-url          像后台保存地址时那样检查一次`,

    `【来路不明的请求】
${post('/__hostile', { kind: 'signature' })}
${hostileKinds.map((kind) => `  ${kind.padEnd(15)} ${hostileMeaning(kind)}`).join('\n')}`,

    `【开关】文档没写清楚的行为，用 ${post('/__fault', { switches: { longText: 'refuse' } }).trim()} 这样改
${linesOf(switchForms.shape, world.switches)}`,

    ...(bot
      ? [
          `【智能机器人的开关】用 ${post('/__fault', { bot: { switches: { deliveries: 3 } } }).trim()} 这样改
${linesOf(botSwitchForms.shape, bot.switches())}`,
        ]
      : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function linesOf(forms: Readonly<Record<string, z.ZodType>>, values: object): string {
  return Object.entries(forms)
    .map(([name, { description = '' }]) => {
      const value = JSON.stringify((values as Record<string, unknown>)[name]);
      return `  ${name} = ${value}\n      ${description}`;
    })
    .join('\n');
}
