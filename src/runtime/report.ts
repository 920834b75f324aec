import process from "node:process";
import type { SystemEvent } from "../actors/kernel/mod.ts";

/** Writes what the operator should hear of as one line each; never a message's content. */
export function report(event: SystemEvent): void {
  switch (event.type) {
    case "failed": {
      const why = event.error instanceof Error ? (event.error.stack ?? event.error.message) : String(event.error);
      process.stderr.write(`greenroom: ${event.path} has failed and was ${event.outcome}: ${why}\n`);
      return;
    }
    case "stalled":
      process.stderr.write(`greenroom: ${event.path} held up everything for ${Math.round(event.ms)} ms\n`);
      return;
    default:
      event satisfies never;
  }
}
