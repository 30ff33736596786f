import { expect, test } from 'vitest';
import { html, raw } from '../../../src/web/console/html.ts';

test('what is put in is escaped, in text and in attributes; pieces are not escaped twice', () => {
  const name = `<b title="x">'&`;
  expect(html`<p title="${name}">${name}</p>`.html).toBe(
    '<p title="&#60;b title=&#34;x&#34;&#62;&#39;&#38;">&#60;b title=&#34;x&#34;&#62;&#39;&#38;</p>',
  );
  expect(html`<ul>${[html`<li>${1}</li>`, html`<li>${'<'}</li>`]}</ul>${undefined}${raw('<hr>')}`.html).toBe(
    '<ul><li>1</li><li>&#60;</li></ul><hr>',
  );
});
