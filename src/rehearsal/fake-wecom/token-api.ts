// `gettoken` and what the other calls do with its token.

import { hour, minute } from '../../domain/time.ts';
import { done, type FakeAnswer, refusal } from './answers.ts';
import { opaqueId, recent, type World } from './world.ts';

const lifetime = 7200;

/** `GET gettoken?corpid=&corpsecret=` */
export function getToken(world: World, corpId: string | undefined, secret: string | undefined): FakeAnswer {
  const now = world.now();
  if (!corpId) return refusal(41002, 'corpid missing');
  if (!secret) return refusal(41004, 'corpsecret missing');
  if (recent(world.wrongSecrets, now, hour) >= world.switches.wrongSecretsPerHour)
    return refusal(45009, 'api freq out of limit');
  if (recent(world.tokenCalls, now, minute) >= world.switches.tokensPerMinute)
    return refusal(45009, 'api freq out of limit');
  world.tokenCalls.push(now);
  if (corpId !== world.credentials.corpId) return refusal(40013, 'invalid corpid');
  const agentId = world.apps.get(secret);
  if (agentId === undefined) {
    world.wrongSecrets.push(now);
    return refusal(40001, 'invalid credential');
  }
  const { repeatedToken } = world.switches;
  for (const [token, issued] of world.tokens) {
    if (issued.agentId !== agentId || issued.broken || issued.expiresAt <= now) continue;
    if (repeatedToken === 'same') {
      return done({ access_token: token, expires_in: Math.floor((issued.expiresAt - now) / 1000) });
    }
    if (repeatedToken === 'new-instead') issued.broken = true;
  }
  const token = opaqueId();
  world.tokens.set(token, { agentId, expiresAt: now + lifetime * 1000, broken: false });
  return done({ access_token: token, expires_in: lifetime });
}

/** The app a token belongs to, or the refusal. */
export function appOf(
  world: World,
  token: string | undefined,
): { readonly agentId: number } | { readonly refused: FakeAnswer } {
  if (!token) return { refused: refusal(41001, 'access_token missing') };
  const issued = world.tokens.get(token);
  if (!issued || issued.broken) return { refused: refusal(40014, 'invalid access_token') };
  if (issued.expiresAt <= world.now()) return { refused: refusal(42001, 'access_token expired') };
  return { agentId: issued.agentId };
}

/** `GET agent/get?agentid=`: an app may ask about itself only. */
export function agentOf(own: number, asked: string | undefined): FakeAnswer {
  if (asked !== String(own)) return refusal(301002, 'not allow operate another agent with this accesstoken');
  return done({
    agentid: own,
    name: '支部通',
    close: 0,
    allow_userinfos: { user: [] },
    allow_partys: { partyid: [1] },
    allow_tags: { tagid: [] },
  });
}
