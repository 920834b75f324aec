import type { Sender } from "../../wire/mod.ts";

/** What has changed about a node's own members since it was told last. */
export interface Untold {
  readonly joined: readonly Sender[];
  readonly left: readonly string[];
  readonly gone: readonly string[];
}

/** What a node says of its own members of a room: which state they are in, and what of that nobody was told yet. */
export class OwnWord {
  readonly edition: number;
  readonly #untold = new Map<string, Sender | "left" | "gone">();
  #version = 0;

  /** `edition` tells this room from those of its name that this node had open before. */
  constructor(edition: number) {
    this.edition = edition;
  }

  /** How often others were told of a change. */
  get version(): number {
    return this.#version;
  }

  came(user: Sender): undefined {
    this.#untold.set(user.id, user);
  }

  /** `own`: by the user's own word, or a moderator's. */
  went(id: string, { own }: { readonly own: boolean }): undefined {
    this.#untold.set(id, own ? "gone" : "left");
  }

  /** Takes what is to be told, under a version of its own; `undefined`: there is nothing. */
  take(): Untold | undefined {
    if (this.#untold.size === 0) return undefined;
    const joined: Sender[] = [];
    const left: string[] = [];
    const gone: string[] = [];
    for (const [id, what] of this.#untold) {
      if (typeof what !== "string") joined.push(what);
      else left.push(id);
      if (what === "gone") gone.push(id);
    }
    this.#untold.clear();
    this.#version += 1;
    return { joined, left, gone };
  }
}
