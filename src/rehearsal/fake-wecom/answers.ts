// The shape of WeCom's answers. A refusal is HTTP 200 with an errcode and an errmsg that nobody can compare.

export type FakeAnswer = Readonly<Record<string, unknown>> & { readonly errcode: number; readonly errmsg: string };

export function done(body: Readonly<Record<string, unknown>> = {}, errmsg = 'ok'): FakeAnswer {
  return { errcode: 0, errmsg, ...body };
}

/** A refusal with the tail that the real one carries, different each time. */
export function refusal(errcode: number, text: string): FakeAnswer {
  const hint = `1700000000${String(hints++).padStart(12, '0')}`;
  return {
    errcode,
    errmsg: `${text}, hint: [${hint}], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
  };
}

let hints = 123_456_789_012;
