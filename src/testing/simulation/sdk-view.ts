import type { Room, RoomState, ShownMessage } from "../../client/mod.ts";
import type { Ledger } from "./ledger.ts";

/** Whose view it is. */
export interface SdkViewOptions {
  readonly who: string;
  readonly user: string;
  readonly ledger: Ledger;
  /** How many messages a room keeps, and begins with. */
  readonly keep: number;
  readonly history: number;
  /** How many entries a log keeps. */
  readonly roomEntries: number;
}

/** Holds what a room of the client shows against what is in the log, at each change and each event. */
export class SdkView {
  readonly room: Room;
  readonly #options: SdkViewOptions;
  #epoch: string | undefined;
  #seq = 0;
  /** How many older messages were asked for. */
  #brought = 0;
  /** What was held against the log, and in which epoch. */
  readonly #compared = new WeakMap<ShownMessage, string>();
  /** The order in which one's own were sent. */
  readonly #ranks = new Map<string, number>();
  #sent = 0;

  constructor(room: Room, options: SdkViewOptions) {
    this.room = room;
    this.#options = options;
    room.addEventListener("joined", ({ detail }) => {
      const { recovered, epoch, messages, seq } = detail;
      if (recovered === true) return;
      this.#begin(epoch, messages.at(-1)?.seq ?? seq);
    });
    room.addEventListener("reset", ({ detail }) => this.#begin(detail.epoch, detail.seq));
    room.addEventListener("message", ({ detail }) => this.#came(detail.seq));
    room.subscribe(() => this.check());
  }

  /** One's own message is sent, or sent again: it belongs behind those before. */
  sent(key: string): undefined {
    this.#sent += 1;
    this.#ranks.set(key, this.#sent);
  }

  /** Brings older messages, which are kept beside the newest. */
  older(limit: number): Promise<boolean> {
    this.#brought += limit;
    return this.room.older(limit);
  }

  /** Looks whether all that is shown is so. */
  check(): undefined {
    const state = this.room.snapshot();
    const { messages, seq, epoch } = state;
    if (state.status.type === "left") return;
    if (seq !== this.#seq || epoch !== this.#epoch) {
      this.#fail("lie", `stands at ${epoch}/${seq}, and was told ${this.#epoch}/${this.#seq}`);
    }
    const own = messages.findIndex((message) => message.state !== "sent" || (message.seq ?? 0) > seq);
    const ended = own < 0 ? messages.length : own;
    this.#checkLog(state, messages.slice(0, ended));
    for (const message of messages.slice(ended)) {
      if (message.state === "sent" && (message.seq ?? 0) <= seq)
        this.#fail("reordered", `${spell(message)} stands last`);
    }
    this.#checkTwice(messages);
    const ids = new Set(messages.map(({ id }) => id));
    if (ids.size < messages.length) this.#fail("duplicated", "shows an id twice");
    this.#checkOrder(messages);
  }

  /** The stretch of the log that is shown: no hole, no repeat, up to where the room stands. */
  #checkLog({ epoch = "", seq }: RoomState, entries: readonly ShownMessage[]): undefined {
    const { ledger, who, user, keep, history } = this.#options;
    const last = entries.at(-1)?.seq ?? seq;
    if (last !== seq) this.#fail("lost", `shows up to ${last}, and stands at ${seq}`);
    entries.forEach((message, at) => {
      const before = entries[at - 1];
      if (before !== undefined && message.seq !== (before.seq ?? 0) + 1) {
        this.#fail("skipped", `${spell(message)} stands behind ${spell(before)}`);
      }
      if (this.#compared.get(message) === epoch) return;
      this.#compared.set(message, epoch);
      const { seq: place = 0, sender, content = "", data, key, at: said } = message;
      const event = { type: "message", room: this.room.name, seq: place, sender, content, at: said } as const;
      const more = { ...(data !== undefined && { data }), ...(key !== undefined && { key }) };
      ledger.shown(who, user, epoch, { ...event, ...more });
    });
    if (entries.length > keep + history + this.#brought) this.#fail("memory", `keeps ${entries.length} messages`);
  }

  /** Nothing is there twice, unless the log had forgotten the first when the second came: then its key is forgotten, too. */
  #checkTwice(messages: readonly ShownMessage[]): undefined {
    const seen = new Map<string | undefined, ShownMessage>();
    for (const message of messages) {
      const first = seen.get(message.content);
      if (first !== undefined && (message.seq ?? 0) - (first.seq ?? 0) < this.#options.roomEntries) {
        return this.#fail("duplicated", `shows ${spell(first)} and ${spell(message)}`);
      }
      seen.set(message.content, message);
    }
  }

  /** One's own stand in the order in which they were sent; one that the log had forgotten may come again, much later. */
  #checkOrder(messages: readonly ShownMessage[]): undefined {
    let [before, last] = [0, ""];
    for (const { key = "", state, seq = 0 } of messages) {
      const rank = this.#ranks.get(key);
      if (rank === undefined || state === "failed" || seq > this.#options.roomEntries) continue;
      if (rank < before) return this.#fail("reordered", `shows ${key} behind ${last}`);
      [before, last] = [rank, key];
    }
  }

  #begin(epoch: string, seq: number): undefined {
    this.#epoch = epoch;
    this.#seq = seq;
  }

  #came(seq: number): undefined {
    if (seq !== this.#seq + 1)
      this.#fail(seq > this.#seq ? "skipped" : "duplicated", `${seq} comes behind ${this.#seq}`);
    this.#seq = seq;
  }

  #fail(kind: Parameters<Ledger["fail"]>[0], text: string): undefined {
    this.#options.ledger.fail(kind, this.#options.who, `${this.room.name}: ${text}`);
  }
}

function spell({ seq, content = "", state }: ShownMessage): string {
  return `${seq ?? "-"} ${content.slice(0, 14)} (${state})`;
}
