import type { Context } from "../kernel/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { Delivery } from "./delivery.ts";
import type { RoomMessage } from "./message.ts";
import type { RoomScope } from "./scope.ts";

/**
 * Newcomers who may have been shown more of the log elsewhere than word has come of to this node. The log is asked what it
 * has beyond the head, once for all who wait for that.
 */
export class Ahead {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #delivery: Delivery;
  readonly #waiting = new Set<Cursor>();

  constructor(scope: RoomScope, context: Context<RoomMessage>, delivery: Delivery) {
    this.#scope = scope;
    this.#context = context;
    this.#delivery = delivery;
  }

  /** Whether a newcomer has to wait: it names a place that this node knows nothing of, and others append to the log. */
  isAhead({ enter }: Cursor): boolean {
    const { epoch, seq } = this.#delivery.head;
    const since = enter?.since;
    return this.#scope.log.shared && since !== undefined && (since.epoch !== epoch || since.seq > seq);
  }

  wait(cursor: Cursor): undefined {
    const asking = this.#waiting.size > 0;
    this.#waiting.add(cursor);
    if (asking) return;
    const { log, name, limits } = this.#scope;
    this.#context.pipe(
      log.read(name, { after: this.#delivery.head.seq }, { count: limits.historyEntries, bytes: limits.eventBytes }),
      (page) => ({ type: "beyondRead", page }),
      () => ({ type: "beyondNotRead" }),
    );
  }

  /** Who has waited and still does. */
  take(): readonly Cursor[] {
    const waiting = [...this.#waiting].filter(({ state }) => state === "entering");
    this.#waiting.clear();
    return waiting;
  }
}
