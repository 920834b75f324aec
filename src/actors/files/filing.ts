import { type ActorSystem, restartOnFailure, type SystemEvent } from "../kernel/mod.ts";
import { Files, type FilesOptions } from "./files.ts";
import { sweeper } from "./sweeper.ts";

/** What files are kept by, and who hears of what goes wrong. */
export interface FilingOptions extends Omit<FilesOptions, "clock" | "onFailure"> {
  readonly observe: ((event: SystemEvent) => void) | undefined;
}

const PATH = "/files";
/** What goes wrong for everybody is said once in so many ms. */
const SAY_MS = 60_000;

/** Sets up the keeping of files: what takes them in and hands them out, and the actor that lets go of them. */
export function filing(system: ActorSystem, { observe, ...options }: FilingOptions): Files {
  const { clock } = system.ports;
  let saidAt = Number.NEGATIVE_INFINITY;

  function onFailure(error: unknown): void {
    if (clock.now() - saidAt < SAY_MS) return;
    saidAt = clock.now();
    observe?.({ type: "failed", path: PATH, error, outcome: "ignored" });
  }

  const files = new Files({ ...options, clock, onFailure });
  system.spawn(sweeper(files, { log: options.log, onFailure }), {
    name: PATH.slice(1),
    supervision: restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  return files;
}
