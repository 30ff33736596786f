// HTML written by hand without mistakes: what is put into a template is escaped, unless it is HTML already.

/** A piece of HTML that is safe as it is. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined;

/** `html\`<b>${name}</b>\`` escapes the name; a list of pieces is put one after the other, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.reduce((text, string, index) => `${text}${written(parts[index - 1])}${string}`) };
}

/** Text that is HTML already: only for what this program has drawn itself. */
export function raw(text: string): Html {
  return { html: text };
}

function written(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number')
    return String(part).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return 'html' in part ? part.html : part.map((piece) => piece.html).join('');
}
