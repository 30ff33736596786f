// One HTTP exchange with WeCom's API. Knows transport and JSON, no tokens and no meaning of codes; never throws for what a network may do.

import { z } from 'zod';

export type Answer =
  /** They answered; `code` is their `errcode`, 0 = done. `message` carries the hint that WeCom's support asks for. */
  | {
      readonly kind: 'answer';
      readonly code: number;
      readonly message: string;
      readonly body: Readonly<Record<string, unknown>>;
    }
  /** No answer that can be read. Whether they did it is unknown. `detail` holds no secret. */
  | { readonly kind: 'silence'; readonly detail: string };

/** Calls `path` below `/cgi-bin/`: with a body a POST of JSON or of a form, else a GET. */
export type WecomHttp = (
  path: string,
  query: Readonly<Record<string, string>>,
  body?: string | FormData,
) => Promise<Answer>;

/** The address of WeCom's API (`WECOM_API_BASE`, without `/cgi-bin`). */
export const officialApi = 'https://qyapi.weixin.qq.com';

const answerBody = z.looseObject({ errcode: z.int(), errmsg: z.string().default('') });

/** Calls WeCom at `base`; an exchange that takes longer than `timeout` milliseconds counts as silence. */
export function wecomHttp(base: string = officialApi, timeout = 10_000): WecomHttp {
  const root = `${base.replace(/\/+$/, '')}/cgi-bin/`;
  return async (path, query, body) => {
    const request: RequestInit = { signal: AbortSignal.timeout(timeout), redirect: 'error' };
    if (body !== undefined) {
      Object.assign(request, { method: 'POST', body });
      // A form brings its own type, with the boundary in it.
      if (typeof body === 'string') request.headers = { 'content-type': 'application/json; charset=utf-8' };
    }
    try {
      const response = await fetch(`${root}${path}?${new URLSearchParams(query)}`, request);
      const text = await response.text();
      return response.status === 200 ? read(text) : { kind: 'silence', detail: `HTTP ${response.status}` };
    } catch (error) {
      return { kind: 'silence', detail: causeOf(error) };
    }
  };
}

function read(text: string): Answer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'silence', detail: 'answer is not JSON' };
  }
  const parsed = answerBody.safeParse(json);
  if (!parsed.success) return { kind: 'silence', detail: 'answer has no errcode' };
  return { kind: 'answer', code: parsed.data.errcode, message: parsed.data.errmsg, body: parsed.data };
}

/** The network's own code (`ECONNRESET`, `TimeoutError`). Messages of fetch may hold the address and with it the token, so they are left out. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause as { code?: unknown } | undefined;
  return typeof cause?.code === 'string' ? cause.code : error.name;
}
