/** What is put into an element: others, and texts, which never become markup. */
export type Content = Node | string | undefined;

/** Attributes by name; one that is `undefined` or `false` is left out, one that is `true` is empty. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Makes an element with attributes and content. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...content.filter((each) => each !== undefined));
  return made;
}
