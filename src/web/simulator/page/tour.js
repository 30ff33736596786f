// The steps that show a newcomer what the bot is for, with people of the organisation at hand. Does nothing by itself.

/**
 * @returns {{ title: string, hint: string, who?: string, place?: 'private' | 'group', say?: string, clock?: string }[]}
 */
export function tourFor(units) {
  const branch = units.find(({ members }) => members.some((one) => one.group && one.roles.includes('secretary')));
  if (!branch) return [];
  const secretary = branch.members.find(({ roles }) => roles.includes('secretary'));
  const member = branch.members.findLast(({ roles, tags }) => roles.length === 0 && tags.includes('ordinary'));
  const broadcaster = units.flatMap(({ members }) => members).find(({ roles }) => roles.includes('broadcaster'));
  const speaker = member ?? secretary;
  const steps = [
    {
      title: `${speaker.name}报一次志愿服务`,
      hint: '一句话，回一个“对”就记下',
      who: speaker.id,
      place: 'private',
      say: '昨天下午去社区清垃圾两小时',
    },
    {
      title: '拨到下个主题党日',
      hint: '路上的学习、通知和提醒会一条条来，谁有新消息，名字旁边有红点',
      who: speaker.id,
      place: 'private',
      clock: 'next-theme-day',
    },
    { title: `${speaker.name}在群里签到`, hint: '群里只回一句，不点名', who: speaker.id, place: 'group', say: '签到' },
    {
      title: `书记${secretary.name}看谁没签到`,
      hint: '没带手机的，回“到了 姓名”',
      who: secretary.id,
      place: 'private',
      say: '谁没签到',
    },
  ];
  if (broadcaster)
    steps.push({
      title: `${broadcaster.name}发布学习材料`,
      hint: '一人提交，另一人审批，下面的支部一次收到',
      who: broadcaster.id,
      place: 'private',
      say: '发布',
    });
  return steps;
}
