// Takes the mention of the bot out of what somebody says in a group. Keeps no words, only how often each name was mentioned.

/** A name that was mentioned, up to the next space (WeCom puts U+2005 or a blank behind it). */
const mention = /@(\S+)/gu;

/** Names that are remembered, at most. */
const mostNames = 500;

/**
 * Makes the reader of one bot. Every message of a group that comes to the bot mentions it, mostly in front, mostly with a space behind it. With its name
 * (`WECOM_BOT_NAME`) exactly that is taken out; without it the name that was mentioned most often, so that the reader learns. Other mentions lose
 * their `@`: `到了 @赵磊` names a member.
 */
export function mentionReader(botName?: string): (text: string) => string {
  const name = botName?.replace(/^@/, '');
  const counts = new Map<string, number>();

  const seen = (name: string) => counts.get(name) ?? 0;

  function learn(names: ReadonlySet<string>): void {
    for (const one of names)
      if (counts.has(one) || counts.size < mostNames) counts.set(one, (counts.get(one) ?? 0) + 1);
  }

  /** The bot's name in this text, as far as it can be told. */
  function guess(names: readonly string[]): string | undefined {
    return names.map(inside).toSorted((a, b) => seen(b) - seen(a))[0];
  }

  /** `@小助手签到`: where nobody put a space, a name heard more often stands in front. */
  function inside(name: string): string {
    const others = [...counts.keys()].filter((other) => name.startsWith(other) && seen(other) > seen(name));
    return others.toSorted((a, b) => seen(b) - seen(a))[0] ?? name;
  }

  return (text) => {
    const names = [...text.matchAll(mention)].map(([, one]) => one!);
    if (name === undefined) learn(new Set(names));
    const bot = name ?? guess(names);
    const rest = bot === undefined ? text : without(text, bot);
    return rest.replace(/(^|\s)@(?=\S)/gu, '$1').trim();
  };
}

/** Every mention that stands by itself; where none does, the first that runs into the next word. */
function without(text: string, bot: string): string {
  const found = new RegExp(`@${bot.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:\\s+|$)`, 'gu');
  if (found.test(text)) return text.replace(found, '');
  const at = text.indexOf(`@${bot}`);
  return at === -1 ? text : `${text.slice(0, at)}${text.slice(at + bot.length + 1)}`;
}
