import type { SimulatedClient } from "./client.ts";

/** How a client finds out that its connection is dead: it asks now and then, and takes long silence for death. */
export class Liveness {
  readonly #client: SimulatedClient;
  #heardMs = 0;

  constructor(client: SimulatedClient) {
    this.#client = client;
  }

  heard(): undefined {
    this.#heardMs = this.#client.options.timeline.now;
  }

  /** Watches the present connection, as often as the server has said. */
  watch(heartbeatMs: number): undefined {
    const { connection, options } = this.#client;
    const { timeline } = options;
    timeline.after(heartbeatMs, () => {
      if (connection !== this.#client.connection || this.#client.link === undefined) return;
      if (timeline.now - this.#heardMs > 2 * heartbeatMs) {
        this.#client.note("hears nothing");
        return this.#client.abandon();
      }
      this.#ask();
      this.watch(heartbeatMs);
    });
  }

  #ask(): undefined {
    if (this.#client.draining) return;
    const { id } = this.#client.ask((id, sentMs) => ({ type: "ping", id, room: "", sentMs, stay: undefined }));
    this.#client.send({ type: "ping", id });
  }
}
