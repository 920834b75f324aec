import type { Place } from "../cluster/place.ts";

/** Which way nothing goes between a node and Redis: neither, what the node says, or what Redis says. */
export type Way = "both" | "out" | "back";

/** What lies between the nodes and Redis. */
export interface Links {
  /** What it is made of. */
  readonly kind: "namespaces" | "relays";
  /** Where Redis runs. */
  readonly redis: Place;
  /** Where a node runs. */
  place(node: number): Place;
  /** How a node reaches Redis, which listens on this port. */
  redisUrl(node: number, port: number): Promise<string>;
  /** From now on nothing comes through, and nobody is told. */
  cut(node: number, way: Way): Promise<void>;
  mend(node: number): Promise<void>;
  close(): Promise<void>;
}
