import type { ClientClock } from "./ports.ts";

/** How long an answer may take on a connection that is doubted, in ms. */
const PROBE_MS = 5_000;

/** What a pulse is felt on. */
export interface PulseOptions {
  readonly clock: ClientClock;
  /** Asks the server for any answer. */
  readonly ask: () => void;
  readonly dead: () => void;
}

/** Finds out whether a connection lives: it asks every heartbeat, and takes silence of twice that for death. */
export interface Pulse {
  heard(): void;
  /** Begins, with the heartbeat that the server has named. */
  begin(heartbeatMs: number): void;
  /** Doubts the connection: it has to answer soon. */
  probe(): void;
  stop(): void;
}

/** Makes a pulse, which does not beat yet. */
export function pulse({ clock, ask, dead }: PulseOptions): Pulse {
  let heardMs = 0;
  let everyMs = 0;
  let isDoubted = false;
  let cancel: (() => void) | undefined;

  function wait(ms: number, run: () => void): undefined {
    cancel?.();
    cancel = clock.after(ms, run);
  }

  function beat(): undefined {
    const dueMs = clock.now() + everyMs;
    wait(everyMs, () => {
      const now = clock.now();
      // A page that was frozen, or a machine that slept, has heard nothing because it did not listen.
      if (now - dueMs > everyMs) return probe();
      if (now - heardMs > 2 * everyMs) return dead();
      ask();
      beat();
    });
  }

  function probe(): undefined {
    isDoubted = true;
    ask();
    wait(PROBE_MS, () => (isDoubted ? dead() : beat()));
  }

  return {
    heard() {
      heardMs = clock.now();
      isDoubted = false;
    },
    begin(heartbeatMs) {
      everyMs = heartbeatMs;
      beat();
    },
    probe,
    stop: () => cancel?.(),
  };
}
