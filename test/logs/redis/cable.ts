import { once } from "node:events";
import { type AddressInfo, createServer, connect as netConnect, type Socket } from "node:net";

/** A cable to a Redis. */
export interface Cable {
  readonly url: string;
  /** Ends everything that goes through it, and lets nothing through. */
  cut(): void;
  mend(): void;
  /** Has it lead to another Redis from now on. */
  lead(port: number): void;
  close(): void;
}

/** Something between a node and a Redis that can be cut. */
export async function cable(port: number): Promise<Cable> {
  const ends = new Set<Socket>();
  let whole = true;
  let to = port;
  const listener = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = netConnect(to, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const cut = (): void => {
    whole = false;
    for (const end of ends) end.destroy();
    ends.clear();
  };
  return {
    url: `redis://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    mend: () => void (whole = true),
    lead: (other) => void (to = other),
    close() {
      cut();
      listener.close();
    },
  };
}
