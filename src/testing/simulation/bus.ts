import type { Bus } from "../../actors/room/mod.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { Dice } from "./dice.ts";
import type { LogFaults } from "./faults.ts";
import type { Machine } from "./machine.ts";
import type { Timeline } from "./timeline.ts";

interface Subscriber {
  readonly machine: Machine;
  readonly topic: string;
  readonly onMessage: (message: Json) => void;
}

/** What nodes tell each other: late, in any order, or not at all. */
export class SimulatedHub {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #faults: LogFaults;
  readonly #subscribers = new Set<Subscriber>();

  constructor(timeline: Timeline, dice: Dice, faults: LogFaults) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#faults = faults;
  }

  /** The bus as one machine sees it. */
  connect(machine: Machine): Bus {
    return {
      publish: (topic, message) => this.#publish(machine, topic, message),
      subscribe: (topic, onMessage) => {
        const subscriber: Subscriber = { machine, topic, onMessage };
        this.#subscribers.add(subscriber);
        return { close: () => void this.#subscribers.delete(subscriber) };
      },
      close: () => Promise.resolve(),
    };
  }

  #publish(from: Machine, topic: string, message: Json): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.topic !== topic || subscriber.machine === from || subscriber.machine.dead) continue;
      if (this.#dice.chance(this.#faults.tailLost)) continue;
      this.#timeline.after(this.#dice.ms(0, this.#faults.tailDelayMs), () =>
        subscriber.machine.post(() => this.#subscribers.has(subscriber) && subscriber.onMessage(message)),
      );
    }
  }
}
