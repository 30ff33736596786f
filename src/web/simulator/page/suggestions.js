// What a newcomer may say, by what the person is and where they speak.

const asMember = ['昨天下午去社区清垃圾两小时', '签到', '报服务', '学习', '党费', '算党费', '请假', '我的', '帮助'];
const asBroadcaster = ['发布', '审批', '进度', '撤回', '帮助'];
const inGroup = ['签到', '帮助'];

/** @returns {string[]} */
export function suggestionsFor(person, place, colleagues) {
  if (place === 'group') return inGroup;
  if (person.roles.includes('broadcaster')) return asBroadcaster;
  const absent = colleagues.find(({ tags }) => tags.includes('elderly')) ?? colleagues[0];
  if (person.roles.includes('secretary'))
    return ['谁没签到', '周报', absent ? `到了 ${absent.name}` : '到了', '谁没交', '定主题党日', '通知', ...asMember];
  if (person.roles.some((role) => role === 'deputy' || role.startsWith('commissioner')))
    return ['周报', '谁没签到', ...asMember];
  return asMember;
}
