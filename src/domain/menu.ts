// The menu at the foot of a chat as the product means it. Pressing an entry is saying its words.

/** An entry that says something, or opens a page. */
export type MenuEntry =
  | { readonly name: string; readonly says: string }
  | { readonly name: string; readonly url: string };

/** What stands in the bar: an entry, or a name that opens a list of entries. */
export type MenuButton = MenuEntry | { readonly name: string; readonly entries: readonly MenuEntry[] };

export type Menu = readonly MenuButton[];
