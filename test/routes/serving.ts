import type { ServeOptions, Server } from "../../src/runtime/server.ts";

/** Serves with this runtime's own entry. */
export async function serveHere(options: ServeOptions): Promise<Server> {
  if ("Bun" in globalThis) return (await import("../../src/runtime/bun.ts")).serve(options);
  if ("Deno" in globalThis) return (await import("../../src/runtime/deno.ts")).serve(options);
  return (await import("../../src/runtime/node.ts")).serve(options);
}

/** A plain client, such as all users have: the standard `WebSocket`, and what it was sent. */
export class PlainClient {
  readonly #socket: WebSocket;
  readonly #events: Record<string, unknown>[] = [];
  #look: (() => void) | undefined;
  #asked = 0;
  readonly closed: Promise<number>;

  constructor(url: string, protocols: readonly string[] = []) {
    this.#socket = new WebSocket(url, [...protocols]);
    this.#socket.addEventListener("message", ({ data }) => {
      this.#events.push(...[JSON.parse(String(data)) as Record<string, unknown>].flat());
      this.#look?.();
    });
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener("close", ({ code }) => resolve(code));
    });
  }

  /** Resolves with the next event of a type, whether it came already or not. */
  next(type: string): Promise<Record<string, unknown>> {
    return this.#first((event) => event["type"] === type);
  }

  /** Says a command, and resolves with what it is answered with. */
  ask(command: object): Promise<Record<string, unknown>> {
    this.#asked += 1;
    const id = this.#asked;
    this.say({ ...command, id });
    return this.#first((event) => event["id"] === id);
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  say(command: object): void {
    this.#socket.send(JSON.stringify(command));
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  async #first(fits: (event: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const at = this.#events.findIndex(fits);
      if (at >= 0) return this.#events.splice(at, 1)[0] as Record<string, unknown>;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }
}
