// Calls WeCom in the name of one app: adds the token, and gets a new one once when WeCom says so. Decides nothing else.

import type { Answer, WecomHttp } from './http.ts';
import { tokenCodes } from './reactions.ts';
import type { AccessTokens } from './token.ts';

/** Calls `path` with the app's token; with a body a POST, else a GET. */
export type WecomClient = (
  path: string,
  body?: string | FormData,
  query?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** A client for the app whose tokens these are. */
export function wecomClient(http: WecomHttp, tokens: AccessTokens): WecomClient {
  async function call(
    path: string,
    body: string | FormData | undefined,
    query: Readonly<Record<string, string>>,
    again: boolean,
  ): Promise<Answer> {
    const got = await tokens.get();
    if ('failed' in got) return got.failed;
    const answer = await http(path, { access_token: got.token, ...query }, body);
    if (answer.kind === 'silence' || !tokenCodes.has(answer.code)) return answer;
    await tokens.drop(got.token);
    return again ? call(path, body, query, false) : answer;
  }
  return (path, body, query = {}) => call(path, body, query, true);
}
