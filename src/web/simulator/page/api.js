// Talks to the simulator's API. Keeps nothing.

/** What the service answers when it refuses, in words for the person. */
export class Refused extends Error {}

/** @returns {Promise<any>} */
export async function ask(path) {
  return read(await reach(path));
}

/** @returns {Promise<any>} */
export async function tell(path, body) {
  const headers = { 'content-type': 'application/json' };
  return read(await reach(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** Events behind line `after`, until `close()` of what is returned. The browser comes back by itself after an interruption. */
export function listen(member, after, { onNews, onConnected }) {
  const source = new EventSource(`/simulator/api/stream?member=${encodeURIComponent(member)}&after=${after}`);
  source.onmessage = ({ data }) => onNews(JSON.parse(data));
  source.onopen = () => onConnected(true);
  source.onerror = () => onConnected(false);
  return source;
}

async function reach(path, options) {
  try {
    return await fetch(`/simulator/api/${path}`, options);
  } catch {
    throw new Refused('连不上支部通，请看看它是不是还在运行。');
  }
}

async function read(response) {
  const body = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new Refused(body?.say ?? '没有成功，请再试一次。');
  return body;
}
