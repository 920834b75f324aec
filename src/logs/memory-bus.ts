import type { Bus } from "../actors/room/bus.ts";
import type { Json } from "../actors/wire/mod.ts";

interface Subscriber {
  readonly node: object;
  readonly onMessage: (message: Json) => void;
}

/** A bus in this process's memory, between the nodes that live in it. */
export class MemoryHub {
  readonly #topics = new Map<string, Set<Subscriber>>();

  /** The bus as one node sees it: what it publishes comes to the others. */
  connect(): Bus {
    const node = {};
    const own = new Set<() => void>();
    return {
      publish: (topic, message) => {
        for (const { node: other, onMessage } of this.#topics.get(topic) ?? []) if (other !== node) onMessage(message);
      },
      subscribe: (topic, onMessage) => {
        const subscribers = this.#topics.get(topic) ?? new Set();
        this.#topics.set(topic, subscribers);
        const subscriber = { node, onMessage };
        subscribers.add(subscriber);
        const close = (): void => {
          own.delete(close);
          subscribers.delete(subscriber);
          if (subscribers.size === 0) this.#topics.delete(topic);
        };
        own.add(close);
        return { close };
      },
      close: () => {
        for (const close of own) close();
        return Promise.resolve();
      },
    };
  }
}

/** A bus for one node alone. */
export function memoryBus(): Bus {
  return new MemoryHub().connect();
}
