import type { Json } from "../wire/mod.ts";

/**
 * The port by which nodes tell each other what may get lost: signals, and that something elsewhere has changed. A message
 * comes at most once, in any order, or not at all; never to the node that sent it. Nothing that matters has it as its only
 * carrier.
 */
export interface Bus {
  publish(topic: string, message: Json): void;
  subscribe(topic: string, onMessage: (message: Json) => void): Subscription;
  close(): Promise<void>;
}

/** A subscription that is being kept. */
export interface Subscription {
  close(): void;
}
