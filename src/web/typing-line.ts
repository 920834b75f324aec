import { part } from "./part.ts";

/** Says who is typing. */
export class TypingLine {
  readonly #line = part("typing", HTMLElement);

  show(names: readonly string[]): undefined {
    const text = sentence(names.map((name) => `\u2068${name}\u2069`)); // each name's direction stays its own
    if (this.#line.textContent !== text) this.#line.textContent = text;
  }
}

function sentence(names: readonly string[]): string {
  const [one, other] = names;
  if (one === undefined) return "";
  if (other === undefined) return `${one} is typing…`;
  return names.length === 2 ? `${one} and ${other} are typing…` : "Several people are typing…";
}
