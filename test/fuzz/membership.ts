import type { ServerEvent } from "../../src/actors/wire/mod.ts";
import type { Answer, Expectation } from "./expectation.ts";

/** So many rooms are well within what one connection may join, whatever is still under way. */
const FEW = 40;

/**
 * Which rooms a connection has joined by what it has said so far: of `joined` and `already_joined`, only one is right.
 * Where the server had a reason of its own to refuse (it is busy, say), the room is unsure until the next block.
 */
export class Membership {
  readonly #joined = new Map<string, boolean | "unsure">();
  readonly #surprises = new Set<string>();
  readonly #sure: boolean;

  /** Where commands may be refused for their rate, nothing is sure. */
  constructor(sure: boolean) {
    this.#sure = sure;
  }

  /** The answers that are left of those allowed, by where the connection is; and where it is after that. */
  narrowed({ allowed, answers, command }: Expectation): ReadonlySet<Answer> {
    // A file is said when it is whole, wherever the connection is by then.
    if (command === undefined || answers === "some" || !this.#sure) return allowed;
    const { type } = command;
    const room = command.room ?? (type === "join" ? "lobby" : undefined);
    if (room === undefined) {
      // Which room is meant depends on how many are joined by the time it is done.
      if (type === "leave") for (const name of this.#joined.keys()) this.#joined.set(name, "unsure");
      return allowed;
    }
    const joined = this.#joined.get(room) ?? false;
    if (type === "join") this.#joined.set(room, true);
    if (type === "leave") this.#joined.set(room, false);
    if (joined === "unsure" || this.#surprises.size > 0 || this.#joined.size > FEW) return allowed;
    if (type === "join") return without(allowed, joined ? "joined" : "error already_joined");
    if (!joined) return without(allowed, "ack", "left", "history", "members");
    return without(allowed, "error not_joined");
  }

  /** A room that the server refused for a reason of its own is not where it was thought to be. */
  note(event: ServerEvent): void {
    if (event.type !== "error" || event.room === undefined) return;
    if (event.code === "overloaded" || event.code === "unavailable" || event.code === "room_full") {
      this.#surprises.add(event.room);
    }
  }

  /** Whether the server has refused to let it into a room, in this block: what was said behind that finds it outside. */
  surprised(room: string | undefined): boolean {
    return room !== undefined && this.#surprises.has(room);
  }

  /** A block is over: what was a surprise in it is unsure in the next. */
  settle(): void {
    for (const room of this.#surprises) this.#joined.set(room, "unsure");
    this.#surprises.clear();
  }
}

function without(allowed: ReadonlySet<Answer>, ...answers: readonly Answer[]): ReadonlySet<Answer> {
  const left = new Set(allowed);
  for (const answer of answers) left.delete(answer);
  return left;
}
