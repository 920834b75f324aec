import { subprotocols } from "../../actors/wire/mod.ts";
import type { ClientSocket, ClientSocketClass, SocketEvent } from "../../client/mod.ts";
import type { Link } from "./link.ts";
import type { SimulatedNode } from "./node.ts";
import type { Visitor } from "./visitor.ts";

type Name = Parameters<ClientSocket["addEventListener"]>[0];

/** What a simulated `WebSocket` is made of. */
export interface SdkSocketOptions {
  /** Who connects; its peer is what the server's words come to. */
  readonly visitor: Omit<Visitor, "received" | "closed">;
  /** Picks the node to connect to. */
  readonly node: () => SimulatedNode | undefined;
  /** Has something happen to the client, in a turn of its own. */
  readonly turn: (run: () => void) => void;
  /** Has something happen to it in a while. */
  readonly later: (run: () => void) => void;
  readonly opened: (link: Link) => void;
}

/** Makes the `WebSocket` of one client: the simulated network, as a browser would show it. */
export function sdkSocketClass(options: SdkSocketOptions): ClientSocketClass {
  const { visitor, node: pick, turn, later, opened } = options;

  return class SdkSocket implements ClientSocket {
    readonly protocol = subprotocols[visitor.options.format];
    readonly #listeners: [Name, (event: SocketEvent) => void][] = [];
    #link: Link | undefined;
    #over = false;

    constructor(url: string) {
      const { pathname, search } = new URL(url);
      const node = pick();
      const peer = {
        received: (text: string) => this.#tell({ type: "message", data: text }),
        closed: (code: number) => this.#closed(code),
      };
      visitor.note(`connect ${node?.name ?? "nowhere"}`);
      const lost = (): void => this.#closed(1006);
      if (node === undefined) later(lost);
      node?.accept({
        path: pathname + search,
        client: Object.assign(Object.create(visitor), peer),
        opened: (link) => {
          if (this.#over) return link.abandon();
          this.#link = link;
          opened(link);
          this.#tell({ type: "open" });
        },
        refused: (status) => {
          visitor.note(`refused ${status}`);
          this.#closed(1006);
        },
      });
    }

    addEventListener(name: Name, listener: (event: SocketEvent) => void): void {
      this.#listeners.push([name, listener]);
    }

    send(text: string): void {
      if (this.#link === undefined) throw new Error("Cannot send: the socket is not open");
      if (!this.#over) this.#link.say(text);
    }

    close(code = 1005): void {
      if (this.#over) return;
      this.#over = true;
      this.#link?.bye(code);
    }

    #closed(code: number): void {
      if (this.#over) return;
      visitor.note(`closed ${code}`);
      this.#tell({ type: "close", code, reason: "" });
      turn(() => {
        this.#over = true;
      });
    }

    #tell(event: SocketEvent): void {
      turn(() => {
        if (this.#over) return;
        for (const [name, listener] of this.#listeners) if (name === event.type) listener(event);
      });
    }
  };
}
