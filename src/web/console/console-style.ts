// The look of the operator's page: phone first, two columns where there is room. Colour never says anything that a word does not say too.

export const consoleStyle = `:root {
  --ink: #23211d;
  --soft-ink: #5d5850;
  --paper: #ffffff;
  --ground: #f3efe7;
  --line: #e0d9cc;
  --red: #9c2018;
  --good: #1f5a2c;
  --good-paper: #e3f1dd;
  --attention: #6b4700;
  --attention-paper: #fbecc4;
  --bad: #8a1a12;
  --bad-paper: #fbe0da;
  font: 16px/1.55 system-ui, -apple-system, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: var(--ink);
  background: var(--ground);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1rem 2rem; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, dl, dd, figure, pre { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: 1.5rem; line-height: 1.3; color: var(--red); }
h2 { font-size: 1.2rem; margin-bottom: 0.6rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.3rem; }
header > p { color: var(--soft-ink); margin-top: 0.2rem; }
.summary { display: inline-block; margin-top: 0.6rem; padding: 0.4rem 0.8rem; border-radius: 0.6rem; font-weight: 600; }
.summary.good, .good .state { color: var(--good); background: var(--good-paper); }
.summary.attention, .attention .state { color: var(--attention); background: var(--attention-paper); }
.summary.bad, .bad .state { color: var(--bad); background: var(--bad-paper); }
a { color: #17509b; }
.again, .links a { display: inline-block; min-height: 44px; padding: 0.55rem 0.9rem; border-radius: 0.6rem; background: var(--paper); border: 1px solid var(--line); }
header .again, form .again { margin-top: 0.6rem; }
button { font: inherit; color: #17509b; cursor: pointer; }
.links { display: flex; flex-wrap: wrap; gap: 0.6rem; margin-top: 0.8rem; }
:focus-visible { outline: 3px solid #1f5fbf; outline-offset: 2px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 0.9rem; padding: 1rem; margin-top: 1rem; }
.door { border-left: 5px solid var(--good); padding: 0.1rem 0 0.1rem 0.8rem; }
.door + .door { margin-top: 1.1rem; }
.door.attention { border-color: #c58a00; }
.door.bad { border-color: var(--bad); }
.door h3 { margin: 0 0 0.3rem; font-size: 1.05rem; }
.state { display: inline-block; padding: 0 0.5rem; margin-right: 0.3rem; border-radius: 0.4rem; font-weight: 600; }
.todo { margin-top: 0.4rem; padding: 0.5rem 0.7rem; border-radius: 0.5rem; background: #f7f3ea; }
.hint { margin-top: 0.8rem; }
.quiet, footer { color: var(--soft-ink); margin-top: 1rem; }
.qr { width: min(18rem, 100%); margin-top: 0.8rem; background: #ffffff; }
.qr svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--soft-ink); margin-top: 0.3rem; }
dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.35rem 0; border-top: 1px solid var(--line); }
dl > div:first-child { border-top: 0; }
dt { color: var(--soft-ink); flex: none; max-width: 65%; }
dd { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: 1rem; background: #f7f3ea; padding: 0 0.3rem; border-radius: 0.3rem; }
.manual pre { font: inherit; white-space: pre-wrap; background: var(--paper); border: 1px solid var(--line); border-radius: 0.9rem; padding: 1rem; margin-top: 1rem; }
.closed { background: var(--paper); border: 1px solid var(--line); border-radius: 0.9rem; padding: 1.4rem; margin: 2rem auto; max-width: 34rem; }
.closed p { margin-top: 0.8rem; }
@media (min-width: 60rem) {
  body { padding: 1.5rem 2rem 3rem; }
  main:not(.manual, .closed) { display: grid; grid-template-columns: 3fr 2fr; gap: 0 1.2rem; align-items: start; }
}
`;
