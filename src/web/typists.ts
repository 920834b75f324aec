import type { Sender } from "../client/mod.ts";

const FORGOTTEN_MS = 6_000;

/** Who is typing in a room, as far as their signals tell. */
export class Typists {
  readonly #changed: () => void;
  readonly #typists = new Map<string, { readonly name: string; readonly timer: number }>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get names(): readonly string[] {
    return [...this.#typists.values()].map(({ name }) => name);
  }

  typed({ id, name }: Sender): undefined {
    clearTimeout(this.#typists.get(id)?.timer);
    this.#typists.set(id, { name, timer: setTimeout(() => this.stopped(id), FORGOTTEN_MS) });
    this.#changed();
  }

  stopped(id: string): undefined {
    clearTimeout(this.#typists.get(id)?.timer);
    if (this.#typists.delete(id)) this.#changed();
  }
}
