/** A scheme, a host and perhaps a port: `*` stands for all origins, and is no part of one. */
const ORIGIN = /^https?:\/\/(?:[a-z\d._-]+|\[[\da-f:.]+\])(?::\d+)?$/;

/** Whether a text is an origin as browsers send it, or `*` for all of them. */
export function isOrigin(text: string): boolean {
  return text === "*" || (ORIGIN.test(text) && URL.canParse(text) && new URL(text).origin === text);
}

/**
 * The web pages that may connect, by the origin that browsers send along and pages cannot change (RFC 6454 §7). An origin
 * is compared whole: scheme, host and port.
 */
export class Origins {
  readonly #listed: ReadonlySet<string>;

  /** @throws {Error} where one of `listed` is no origin. */
  constructor(listed: readonly string[]) {
    const bad = listed.find((origin) => !isOrigin(origin));
    if (bad !== undefined) throw new Error(`Cannot allow the origin ${JSON.stringify(bad)}: it is none`);
    this.#listed = new Set(listed);
  }

  /** Whether every page may connect. */
  get any(): boolean {
    return this.#listed.has("*");
  }

  /** Whether a page of this origin may connect to a server that the request reached as `own`. */
  allow(origin: string, own: string): boolean {
    return this.#listed.size === 0 ? origin === own : this.lists(origin);
  }

  /** Whether an origin was named as one that may connect. */
  lists(origin: string): boolean {
    // `null` is what pages of no origin send, such as those in a sandboxed frame: nobody can name it.
    return this.#listed.has(origin) || (this.any && origin !== "null");
  }
}
