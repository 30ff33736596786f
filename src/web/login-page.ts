// The pages around logging in: a sentence and what can be done next. Carry no script and no name.

import { type Html, html, raw } from './console/html.ts';

const style = `body{margin:12vh auto;max-width:26rem;padding:0 1.25rem;font:1.125rem/1.7 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#23211d;background:#f3efe7}
h1{font-size:1.5rem;color:#9c2018;margin:0 0 .5rem}
a,button{display:inline-block;border:0;font:inherit;cursor:pointer;margin-top:1rem;padding:.7rem 1.2rem;border-radius:.6rem;background:#9c2018;color:#fff;text-decoration:none}
a:focus-visible,button:focus-visible{outline:3px solid #17509b;outline-offset:3px}`;

/** `again`: where logging in begins; undefined = there is nothing to try. */
export function loginPage(title: string, text: string, again: string | undefined): string {
  return page(
    title,
    html`<p>${text}</p>${again === undefined ? undefined : html`<p><a href="${again}">重新登录</a></p>`}`,
  );
}

/** A cookie goes along only with a form of our own, so nobody else can log people out. */
export function logoutPage(): string {
  return page('退出登录', html`<form method="post" action="/logout"><button type="submit">退出</button></form>`);
}

function page(title: string, body: Html): string {
  return html`${raw('<!doctype html>')}
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`.html;
}
