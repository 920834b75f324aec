import type { Behavior, Context } from "../../../src/actors/kernel/mod.ts";

/** A message that says itself what is to be done about it. */
export type Act = (context: Context<Act>) => void;

/** An actor that does whatever it is told; `begin` runs at the start of each life. */
export function puppet(begin: Act = nothing): Behavior<Act> {
  return function puppet(context) {
    begin(context);
    return function handle(act): undefined {
      act(context);
    };
  };
}

/** An act that does nothing. */
export function nothing(): void {}

/** An act that fails. */
export function fail(message = "as told"): Act {
  return () => {
    throw new Error(message);
  };
}

/** What happened, in order, and acts that add to it. */
export class Diary {
  readonly lines: string[] = [];

  /** An act, or anything else without parameters, that writes a line. */
  note(line: string): () => undefined {
    return () => this.write(line);
  }

  write(line: string): undefined {
    this.lines.push(line);
  }
}
