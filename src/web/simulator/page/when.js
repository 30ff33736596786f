// Says instants as people in Asia/Shanghai say them. The browser's own zone and clock play no part.

const shanghai = 8 * 60 * 60 * 1000;

/** `12月7日`, `周一`, `08:30` of an instant in epoch milliseconds. */
export function whenParts(at) {
  const date = new Date(at + shanghai);
  return {
    year: date.getUTCFullYear(),
    day: `${date.getUTCMonth() + 1}月${date.getUTCDate()}日`,
    weekday: `周${'日一二三四五六'[date.getUTCDay()]}`,
    time: date.toISOString().slice(11, 16),
  };
}

/** `12月7日 周一 08:30` */
export function sayWhen(at) {
  const { day, weekday, time } = whenParts(at);
  return `${day} ${weekday} ${time}`;
}
