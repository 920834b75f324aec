/**
 * What the counters cost the hot path: the nanoseconds of everything that a turn, a commit, a room's hand-out and a write add
 * to them, beside the turn of one message to a room of two.
 *
 *     node bench/counters.ts
 */
import process from "node:process";
import { payloadBytes } from "../src/actors/connection/writing.ts";
import { Counters } from "../src/actors/counters/mod.ts";
import { Frames } from "../src/actors/wire/mod.ts";
import { realPorts } from "../src/mod.ts";
import { median } from "./statistics.ts";
import { figure, table } from "./table.ts";

const ROUNDS = 9;
const TIMES = 1_000_000;
const { clock } = realPorts();
const counters = new Counters();
const parts = [new Frames(["x".repeat(230)])];

/** The CPU time of one call in ns. */
function cost(run: (at: number) => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let at = 0; at < TIMES; at += 1) run(at);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1_000) / TIMES;
  });
  return median(times);
}

const turn = cost(() => {
  counters.turned(Math.min(0.05, clock.now())); // one reading more than without
});
const flush = cost((at) => {
  counters.handsOut(2, clock.now());
  counters.flushed(at);
});
const commit = cost(() => {
  const fromMs = clock.now();
  counters.appends.note(clock.now() - fromMs);
  counters.appended += 1;
});
const received = cost(() => {
  counters.received += 1;
});
const write = cost(() => {
  counters.sentBytes += payloadBytes(parts);
});

console.log(
  table(
    ["ns of CPU", ""],
    [
      ["a turn", figure(turn)],
      ["a room's hand-out, and the flush", figure(flush)],
      ["a commit", figure(commit)],
      ["a message received", figure(received)],
      ["a write to a socket", figure(write)],
      ["all of it, for one message to a room of two", figure(turn + flush + commit + received + 2 * write)],
    ],
  ),
);
