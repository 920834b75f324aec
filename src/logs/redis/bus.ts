import type { Bus } from "../../actors/room/bus.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { Broker } from "./broker.ts";
import { escaped } from "./escape.ts";

/** A bus on Redis: what is said while it is not reached, or too much at a time, is said to nobody. */
export class RedisBus implements Bus {
  readonly #broker: Broker;
  readonly #ends = new Set<() => void>();
  #closed = false;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  publish(topic: string, message: Json): void {
    if (!this.#closed) this.#broker.publish(this.#channelOf(topic), JSON.stringify([this.#broker.node, message]));
  }

  subscribe(topic: string, onMessage: (message: Json) => void): { close(): void } {
    if (this.#closed) return { close: () => undefined };
    const end = this.#broker.subscribe(this.#channelOf(topic), (text) => {
      const [node, message] = JSON.parse(text) as readonly [string, Json];
      if (node !== this.#broker.node) onMessage(message);
    });
    this.#ends.add(end);
    return {
      close: () => {
        this.#ends.delete(end);
        end();
      },
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
    return Promise.resolve();
  }

  #channelOf(topic: string): string {
    return this.#broker.channel("bus:", escaped(topic));
  }
}
