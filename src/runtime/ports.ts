import type { Clock, Ports, Scheduler } from "../actors/kernel/mod.ts";

/** The longest delay that `setTimeout` takes (2^31 − 1 ms); past it, it would fire at once. */
const LONGEST_MS = 2_147_483_647;

const clock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  alarm(atMs, run) {
    // Rounded up: a timer that rings early would find nothing due, and be set again for the rest.
    const delayMs = Math.min(LONGEST_MS, Math.max(0, Math.ceil(atMs - performance.now())));
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** `setImmediate`: on Node, Bun and Deno ≥ 2.6 the cheapest macrotask behind the input that waits. */
const immediately: Scheduler = { macrotask: (run) => void setImmediate(run) };

/** A macrotask by message: 3 µs where `setImmediate` takes 1.1 ms (Deno 2.5.0). */
function byMessage(): Scheduler {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return {
    macrotask(run) {
      waiting.push(run);
      port2.postMessage(0);
    },
  };
}

/** The real world: this runtime's clock, random source and macrotasks. */
export function realPorts(macrotask: "immediate" | "message" = "immediate"): Ports {
  return { clock, random: Math.random, scheduler: macrotask === "message" ? byMessage() : immediately };
}
