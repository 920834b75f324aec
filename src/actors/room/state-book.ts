import type { Stored } from "./records.ts";
import { nothingSet, type RoomState, stateOf } from "./state-record.ts";

/** What is known of a room's state on this node: it only goes on, unless its record itself went back. */
export class StateBook {
  #version = 0;
  #state: RoomState = nothingSet;

  /** The version of the record that it is; 0 where there is none. */
  get version(): number {
    return this.#version;
  }

  get state(): RoomState {
    return this.#state;
  }

  /** Takes a state that was written, or of which word has come; word may come late. */
  take(version: number, state: RoomState): undefined {
    if (version <= this.#version) return;
    this.#version = version;
    this.#state = state;
  }

  /** Takes word of a change. */
  heard({ version, value }: Stored): undefined {
    if (version > this.#version) this.take(version, stateOf(value));
  }

  /** Takes an answer of the records to what was asked when the version here was `versionThen`. */
  answered(stored: Stored | undefined, versionThen: number): undefined {
    const version = stored?.version ?? 0;
    if (version > this.#version && stored !== undefined) return this.heard(stored);
    // Older than what was known before the question: the records have gone back. Else the answer is just an old one.
    if (version >= versionThen || this.#version !== versionThen) return;
    this.#version = version;
    this.#state = stored === undefined ? nothingSet : stateOf(stored.value);
  }
}
