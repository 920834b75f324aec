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

/** What a hub is made of. */
export interface SimulatedHubOptions {
  readonly timeline: Timeline;
  readonly dice: Dice;
  /** Decides what becomes of word of who is where, so that signals fare as they would without it. */
  readonly presenceDice: Dice;
  readonly faults: LogFaults;
}

/** What nodes tell each other: late, twice, in any order, or not at all. */
export class SimulatedHub {
  readonly #options: SimulatedHubOptions;
  readonly #subscribers = new Set<Subscriber>();

  constructor(options: SimulatedHubOptions) {
    this.#options = options;
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
    const { timeline, faults, dice, presenceDice } = this.#options;
    const ofPresence = topic.startsWith("presence");
    const own = ofPresence ? presenceDice : dice;
    for (const subscriber of this.#subscribers) {
      const { machine: to, onMessage } = subscriber;
      if (subscriber.topic !== topic || to === from || to.dead) continue;
      if (own.chance(faults.tailLost) || from.isCutOff("says") || to.isCutOff("hears")) continue;
      const copies = ofPresence && own.chance(faults.tailTwice) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        timeline.after(own.ms(0, faults.tailDelayMs), () =>
          to.post(() => this.#subscribers.has(subscriber) && onMessage(message)),
        );
      }
    }
  }
}
