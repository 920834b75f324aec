import type { Dice } from "../../src/testing/simulation/dice.ts";
import type { Book } from "./book.ts";
import { RawVisitor } from "./raw-visitor.ts";
import { SdkVisitor } from "./sdk-visitor.ts";
import type { Visitor } from "./visitor.ts";
import { until } from "./world.ts";

/** What a crowd is made of. */
export interface CrowdOptions {
  readonly book: Book;
  readonly dice: Dice;
  readonly url: string;
  readonly rooms: number;
  readonly perSecond: number;
}

/** How long somebody took to be in the middle of things again. */
export interface Return {
  readonly kind: Visitor["kind"];
  readonly name: string;
  /** `undefined`: it never came to that. */
  readonly ms: number | undefined;
}

/** All who are there, and talk. */
export class Crowd {
  readonly visitors: Visitor[] = [];
  #invited = 0;
  /** Whom somebody was told to have gone. */
  readonly departures: { readonly who: string; readonly room: string; readonly ids: readonly string[] }[] = [];
  readonly #options: CrowdOptions;
  readonly #rooms: readonly string[];
  #talking: NodeJS.Timeout | undefined;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#rooms = Array.from({ length: options.rooms }, (_, at) => `room-${at + 1}`);
    this.talk();
  }

  /** Lets one more in: every third with the project's client, every other in two rooms. */
  invite(): void {
    const { book, dice, url } = this.#options;
    const count = this.#invited;
    this.#invited += 1;
    const first = this.#rooms[count % this.#rooms.length] as string;
    const rooms = [...new Set(count % 2 === 0 ? [first] : [first, dice.of(this.#rooms)])];
    const who = `visitor_${count}`;
    const wentAway = (room: string, ids: readonly string[]): void => void this.departures.push({ who, room, ids });
    const options = { name: who, book, url, rooms, random: dice.fork().random, wentAway };
    this.visitors.push(count % 3 === 0 ? new SdkVisitor(options) : new RawVisitor(options));
  }

  /** Has one go, for good. */
  dismiss(visitor: Visitor): void {
    const at = this.visitors.indexOf(visitor);
    if (at < 0) return;
    this.visitors.splice(at, 1);
    visitor.close();
  }

  /** Goes on talking. */
  talk(): void {
    const { dice, perSecond } = this.#options;
    this.#talking ??= setInterval(() => {
      if (this.visitors.length === 0) return;
      const visitor = dice.of(this.visitors);
      visitor.talk(dice.of([...visitor.places.keys()]));
    }, 1_000 / perSecond);
  }

  /** Says nothing new. */
  hush(): void {
    clearInterval(this.#talking);
    this.#talking = undefined;
  }

  /** Waits until everybody has been shown, in each room, something that was said after a moment. */
  async back(sinceMs: number, withinMs: number): Promise<readonly Return[]> {
    const waiting = new Set(this.visitors);
    const returns: Return[] = [];
    await until(
      () => {
        for (const visitor of waiting) {
          if ([...visitor.places.values()].some(({ newestMs }) => newestMs <= sinceMs)) continue;
          waiting.delete(visitor);
          returns.push({ kind: visitor.kind, name: visitor.name, ms: performance.now() - sinceMs });
        }
        return waiting.size === 0;
      },
      { withinMs },
    );
    for (const { kind, name } of waiting) returns.push({ kind, name, ms: undefined });
    return returns;
  }

  /** What is wrong with what one of them sees of who is there; `undefined` where nothing is. */
  get misjudged(): string | undefined {
    for (const room of this.#rooms) {
      const inside = this.visitors.filter(({ places }) => places.has(room));
      const truth = new Set(inside.map(({ name }) => `guest:${name}`));
      for (const { name, places } of inside) {
        const wrong = places.get(room)?.audience.wrong(truth);
        if (wrong !== undefined) return `${name} in ${room}: ${wrong}`;
      }
    }
    return undefined;
  }

  get settled(): boolean {
    return this.visitors.every(({ settled }) => settled);
  }

  close(): void {
    this.hush();
    for (const visitor of this.visitors) visitor.close();
  }
}
