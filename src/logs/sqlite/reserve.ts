import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { wordsOf } from "./database.ts";

const RESERVE = "reserve";
const BLOCK = new Uint8Array(65_536);
/** How often room is looked for where there was none, in ms. */
const AGAIN_MS = 200;
const NO_ROOM = "there is no room on the disk";

/**
 * Some room on the disk that is kept for the moment when there is none left. Given up, it lets the write-ahead log be brought
 * in and emptied, so that what could not be committed is certain not to come back; until there is room for it twice over,
 * nothing is taken.
 */
export class Reserve {
  readonly #path: string;
  readonly #bytes: number;
  #held = false;
  #givenUp = false;
  #triedMs = Number.NEGATIVE_INFINITY;
  /** Why it could not be had. */
  trouble = NO_ROOM;

  constructor(folder: string, bytes: number) {
    this.#path = `${folder}/${RESERVE}`;
    this.#bytes = bytes;
    try {
      this.#held = statSync(this.#path).size >= bytes;
    } catch {
      // It has never been there.
    }
  }

  /** Whether it is there, or can be had again. */
  get held(): boolean {
    if (this.#held) return true;
    const nowMs = performance.now();
    if (nowMs - this.#triedMs < AGAIN_MS) return false;
    this.#triedMs = nowMs;
    this.#held = this.#take();
    return this.#held;
  }

  /** Gives it up. */
  release(): void {
    this.#held = false;
    this.#givenUp = true;
    this.#triedMs = performance.now();
    try {
      truncateSync(this.#path);
    } catch {
      // A folder that cannot be written has lost nothing.
    }
  }

  #take(): boolean {
    try {
      const file = openSync(this.#path, "w", 0o600);
      try {
        // Twice, where it was given up: else its own room would be taken for room enough, again and again.
        const bytes = this.#givenUp ? 2 * this.#bytes : this.#bytes;
        for (let at = 0; at < bytes; at += BLOCK.length) writeSync(file, BLOCK);
      } finally {
        closeSync(file);
      }
      truncateSync(this.#path, this.#bytes);
      return true;
    } catch (error) {
      this.trouble = (error as { readonly code?: unknown }).code === "ENOSPC" ? NO_ROOM : wordsOf(error);
      this.release();
      return false;
    }
  }
}
