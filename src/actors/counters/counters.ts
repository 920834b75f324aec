import type { Meter } from "../kernel/mod.ts";
import { Histogram } from "./histogram.ts";

/**
 * What a node has done since it began, for its operator: plain numbers that the hot path adds to, and that whoever wants to
 * know reads. None of them names a room, a user or an address, so there are as many tomorrow as today.
 */
export class Counters implements Meter {
  /** Messages that clients have sent: frames, as they come from the socket. */
  received = 0;
  /** Entries that the log has taken from this node. */
  appended = 0;
  /** Entries that were queued to members here: one for each entry and member. */
  delivered = 0;
  /** Bytes of what was handed to sockets, without the headers of frames. */
  sentBytes = 0;
  /** How often a member here fell behind because it reads too slowly. */
  lagged = 0;
  /** Rooms that are in memory at present. */
  rooms = 0;
  /** How long turns took in which something was done, their flush included. */
  readonly turns: Histogram = new Histogram();
  /** How long the log took for each of its commits. */
  readonly appends: Histogram = new Histogram();
  /** For each flush that carried entries: from the log's word on the oldest of them until all was written. */
  readonly fanOuts: Histogram = new Histogram();
  /** How many connections this side has closed, by code. */
  readonly closed: Map<number, number> = new Map();
  #oldestMs = Number.POSITIVE_INFINITY;

  turned(ms: number): undefined {
    this.turns.note(ms);
  }

  /** A room has queued so much to its members, the first of which came at `sinceMs`; the flush that follows writes it. */
  handsOut(deliveries: number, sinceMs: number): undefined {
    this.delivered += deliveries;
    if (deliveries > 0 && sinceMs < this.#oldestMs) this.#oldestMs = sinceMs;
  }

  flushed(nowMs: number): undefined {
    if (this.#oldestMs === Number.POSITIVE_INFINITY) return;
    this.fanOuts.note(nowMs - this.#oldestMs);
    this.#oldestMs = Number.POSITIVE_INFINITY;
  }

  /** A connection is being closed with one of the protocol's codes. */
  closes(code: number): undefined {
    this.closed.set(code, (this.closed.get(code) ?? 0) + 1);
  }
}
