import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Balancer, Upstream } from "./balancer.ts";

/** How long a node may take to accept a connection in ms. */
const CONNECT_MS = 1_000;

/** A balancer for machines that have none: connections go to the nodes in turn, and past those that take none. */
export async function roundRobin(upstreams: readonly Upstream[], wanted = 0): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;

  async function pass(near: Socket): Promise<void> {
    for (let attempt = 0; attempt < upstreams.length && !near.destroyed; attempt += 1) {
      const upstream = upstreams[turn++ % upstreams.length] as Upstream;
      const far = await reach(upstream);
      if (far === undefined) continue;
      join(near, far);
      return;
    }
    near.destroy();
  }

  function join(near: Socket, far: Socket): void {
    open.add(far);
    far.once("close", () => open.delete(far));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
    if (near.destroyed) far.destroy();
  }

  const listener = createServer({ noDelay: true }, (near) => {
    open.add(near);
    near.on("error", () => undefined);
    near.once("close", () => open.delete(near));
    pass(near).catch(() => near.destroy());
  });
  listener.listen(wanted, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return {
    kind: "round-robin",
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      listener.close();
      for (const socket of open) socket.destroy();
      await once(listener, "close");
    },
  };
}

/** Connects to a node; `undefined`: it takes nobody. */
function reach({ host, port }: Upstream): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    const late = setTimeout(() => socket.destroy(), CONNECT_MS);
    socket.once("error", () => undefined);
    socket.once("connect", () => {
      clearTimeout(late);
      resolve(socket);
    });
    socket.once("close", () => {
      clearTimeout(late);
      resolve(undefined);
    });
  });
}
