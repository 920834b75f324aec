import { type Context, Hono } from "hono";
import type { Occupancy } from "./occupancy.ts";

/** Whether what nodes share is reached, and since when that is so, in ms since 1970. */
export interface Reach {
  readonly reached: boolean;
  readonly since: number;
}

/** What is told of how the server is. */
export interface HealthOptions {
  readonly occupancy: Occupancy;
  /** Whether what nodes share is reached; `undefined`: this node shares nothing. */
  readonly reach: (() => Reach) | undefined;
  /** The time, in ms since 1970. */
  readonly date: () => number;
}

/** Cut off for so long, a node takes no messages any more and lets nobody into rooms. */
const CUT_OFF_MS = 5_000;

/**
 * `GET /health`: 200 while the server takes connections, 503 while it ends. `GET /health/ready`: 503 also where there are
 * as many connections as there may be, and where it has been cut off from what nodes share for so long that others serve
 * better.
 */
export function healthRoutes({ occupancy, reach, date }: HealthOptions): Hono {
  function isCutOff(): boolean {
    const found = reach?.();
    return found !== undefined && !found.reached && date() - found.since >= CUT_OFF_MS;
  }

  function answer(c: Context, status: "ok" | "draining" | "full" | "cut off"): Response {
    const found = reach?.();
    const broker = found && {
      status: found.reached ? "connected" : "cut off",
      since: new Date(found.since).toISOString(),
    };
    const body = { status, connections: occupancy.open, ...(broker && { broker }) };
    return c.json(body, status === "ok" ? 200 : 503);
  }

  return new Hono()
    .get("/health", (c) => answer(c, occupancy.draining ? "draining" : "ok"))
    .get("/health/ready", (c) => {
      if (occupancy.draining) return answer(c, "draining");
      if (occupancy.refusal() !== undefined) return answer(c, "full");
      return answer(c, isCutOff() ? "cut off" : "ok");
    });
}
