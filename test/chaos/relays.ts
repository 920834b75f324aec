import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { here } from "../cluster/place.ts";
import type { Links, Way } from "./links.ts";

/** One connection that goes through a relay. */
interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

interface Relay {
  readonly server: Server;
  readonly pairs: Set<Pair>;
  way: Way | undefined;
}

/**
 * A relay between each node and Redis, for machines on which no network can be had: what is cut off stays where it is, and
 * goes on once that is over, as packets do that are sent again.
 */
export function relays(): Promise<Links> {
  const known = new Map<number, Relay>();

  async function redisUrl(node: number, port: number): Promise<string> {
    const relay: Relay = { server: createServer({ noDelay: true }), pairs: new Set(), way: undefined };
    relay.server.on("connection", (near: Socket) =>
      pass(relay, { near, far: connect({ port, host: "127.0.0.1", noDelay: true }) }),
    );
    known.set(node, relay);
    relay.server.listen(0, "127.0.0.1");
    await once(relay.server, "listening");
    return `redis://127.0.0.1:${(relay.server.address() as AddressInfo).port}`;
  }

  function set(node: number, way: Way | undefined): Promise<void> {
    const relay = known.get(node);
    if (relay !== undefined) {
      relay.way = way;
      for (const pair of relay.pairs) flow(relay, pair);
    }
    return Promise.resolve();
  }

  return Promise.resolve({
    kind: "relays",
    redis: here,
    place: () => here,
    redisUrl,
    cut: (node: number, way: Way) => set(node, way),
    mend: (node: number) => set(node, undefined),
    async close() {
      for (const { server, pairs } of known.values()) {
        server.close();
        for (const { near, far } of pairs) for (const end of [near, far]) end.destroy();
        await once(server, "close");
      }
    },
  });
}

function pass(relay: Relay, pair: Pair): void {
  const { near, far } = pair;
  relay.pairs.add(pair);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on("data", (chunk: Buffer) => {
      if (other.write(chunk)) return;
      one.pause();
      other.once("drain", () => flow(relay, pair));
    });
    one.on("error", () => undefined);
    one.on("close", () => {
      relay.pairs.delete(pair);
      other.destroy();
    });
  }
  flow(relay, pair);
}

/** Reads where something may come through, and leaves lying what may not. */
function flow({ way }: Relay, { near, far }: Pair): void {
  if (way === "both" || way === "out") near.pause();
  else near.resume();
  if (way === "both" || way === "back") far.pause();
  else far.resume();
}
