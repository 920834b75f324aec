/** What happened in a simulation, in order: as one number always, and line by line where it is kept. */
export class Trace {
  readonly #keep: boolean;
  readonly #lines: string[] = [];
  #high = 0x811c9dc5;
  #low = 0x01000193;
  /** How many things have happened. */
  length = 0;

  constructor({ keep = false }: { readonly keep?: boolean } = {}) {
    this.#keep = keep;
  }

  note(atMs: number, who: string, what: string): undefined {
    this.length += 1;
    this.#mix(Math.floor(atMs * 8));
    for (let at = 0; at < what.length; at += 1) this.#mix(what.charCodeAt(at));
    for (let at = 0; at < who.length; at += 1) this.#mix(who.charCodeAt(at));
    if (this.#keep) this.#lines.push(`${atMs.toFixed(3).padStart(12)}  ${who.padEnd(8)} ${what}`);
  }

  /** All that happened as 16 hexadecimal digits: equal for equal runs. */
  get hash(): string {
    const digits = (half: number): string => (half >>> 0).toString(16).padStart(8, "0");
    return digits(this.#high) + digits(this.#low);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** FNV-1a in two lanes. */
  #mix(unit: number): void {
    this.#high = Math.imul(this.#high ^ unit, 0x01000193);
    this.#low = Math.imul(this.#low ^ (unit + (this.#high >>> 16)), 0x85ebca6b);
  }
}
