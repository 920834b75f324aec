import type { Place } from "./place.ts";

/** How somebody came back who had lost the connection, in ms of this machine's clock. */
export interface Comeback {
  readonly lostMs: number;
  /** When the attempt began that succeeded. */
  readonly dialedMs: number;
  readonly backMs: number;
}

/** A client that keeps to the protocol, comes back whenever it is cut off, and writes down what it is shown. */
export interface Visitor {
  readonly name: string;
  /** Whose client it is: that of this project, or one that only knows the protocol. */
  readonly kind: "sdk" | "raw";
  readonly places: ReadonlyMap<string, Place>;
  readonly comebacks: readonly Comeback[];
  /** Whether all that it has said was acknowledged, and all that it missed was read. */
  readonly settled: boolean;
  /** Says the next thing in one of its rooms, unless it still waits for what became of the last. */
  talk(room: string): void;
  /** Loses its connection, where it can be made to. */
  drop(): void;
  /** Leaves for good. */
  close(): void;
}
