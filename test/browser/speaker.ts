import { once } from "node:events";

/** Somebody who chats by a plain WebSocket, much and fast. */
export class Speaker {
  readonly #socket: WebSocket;
  readonly #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { type } = JSON.parse(String(data)) as { readonly type: string };
      if (type === "ack" || type === "error") this.#waiting.shift()?.();
    });
  }

  /** Joins a room of a server. */
  static async in(room: string, { port, name }: { readonly port: number; readonly name: string }): Promise<Speaker> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/${room}?name=${name}`);
    await once(socket, "open");
    return new Speaker(socket);
  }

  /** Says things, each acknowledged when it resolves. */
  async say(...contents: readonly string[]): Promise<void> {
    const answered = contents.map(() => new Promise<void>((resolve) => this.#waiting.push(resolve)));
    for (const content of contents) this.#socket.send(JSON.stringify({ type: "message", content }));
    await Promise.all(answered);
  }

  async leave(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}
