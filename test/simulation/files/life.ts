import type { Dice } from "../../../src/testing/simulation/dice.ts";

/**
 * One life of a process, as its store sees it: whatever it asks of the store waits its turn, may fail, done or not, and is
 * never answered once the process has died.
 */
export class Life {
  readonly #dice: Dice;
  readonly #failing: number;
  #waiting: (() => void)[] = [];
  #over = false;

  constructor(dice: Dice, failing: number) {
    this.#dice = dice;
    this.#failing = failing;
  }

  /** How much of what was asked has not been seen to. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Sees to one thing, whichever. */
  step(): undefined {
    const [next] = this.#waiting.splice(this.#dice.whole(0, this.#waiting.length - 1), 1);
    next?.();
  }

  /** It has died: what it waits for never comes. */
  end(): undefined {
    this.#over = true;
    this.#waiting = [];
  }

  /** A store as this life sees it, with these of its methods done in this way. */
  sees<T extends object>(store: T, methods: readonly (keyof T & string)[]): T {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        if (!methods.some((method) => method === name)) return call;
        return (...args: unknown[]): unknown => this.asks(async () => call(...args));
      },
    });
  }

  /** Asks for something. */
  async asks<T>(what: () => Promise<T>): Promise<T> {
    await this.#turn();
    const fails = this.#dice.chance(this.#failing);
    if (fails && this.#dice.chance(0.5)) throw new Error("EIO: the disk does not answer");
    const answer = await what();
    await this.#turn();
    if (fails) throw new Error("EIO: the disk has answered, and nobody has heard it");
    return answer;
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#over) this.#waiting.push(resolve);
    });
  }
}
