import type { Line } from "./line.ts";
import { wordsOf } from "./trouble.ts";

/** A node of a Cluster, as `CLUSTER SLOTS` has it. */
type Node = readonly [host: string | null, port: number, ...rest: readonly unknown[]];

/** How often one node of a Cluster may send us on to another before that is taken for a mistake. */
const HOPS = 5;

/** Where Redis is looked for: at its URL, and in a Cluster at the other nodes as well, once they are known. */
export class Whereabouts {
  readonly #url: string;
  #others: readonly string[] = [];
  #turn = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Where to look next: each of the places in turn, as the one that was asked last may be the one that is gone. */
  next(): string {
    const all = [this.#url, ...this.#others];
    const url = all[this.#turn % all.length] as string;
    this.#turn += 1;
    return url;
  }

  /** Something was found: it is looked for at its own URL first again, if it has to be. */
  found(): void {
    this.#turn = 0;
  }

  /** Opens a line to whoever has a key: in a Cluster, one node sends us on to another. */
  async reach<T extends { readonly line: Line; readonly info: string }>(
    key: string,
    open: (url: string) => Promise<T>,
  ): Promise<T> {
    let url = this.next();
    for (let hop = 0; ; hop += 1) {
      const opened = await open(url);
      if (!isCluster(opened.info)) return opened;
      try {
        const nodes = await this.#nodes(opened.line);
        if (nodes.length > 0) this.#others = nodes;
        await opened.line.send(["EXISTS", key]);
        return opened;
      } catch (error) {
        opened.line.close();
        // Where a node is not called by any host, or by `?`, it is at this one (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
        const [, host, port] = /^MOVED \d+ (.*):(\d+)$/.exec(wordsOf(error)) ?? [];
        if (port === undefined || hop === HOPS) throw error;
        url = at(url, { host, port });
      }
    }
  }

  /** All nodes of a Cluster, where this user may ask for them. */
  async #nodes(line: Line): Promise<readonly string[]> {
    const slots = await line.send(["CLUSTER", "SLOTS"]).catch(() => undefined);
    const shares = (Array.isArray(slots) ? slots : []) as readonly (readonly [number, number, ...Node[]])[];
    const urls = shares.flatMap(([, , ...nodes]) =>
      nodes.map(([host, port]) => at(this.#url, { host: host ?? "", port: String(port) })),
    );
    return [...new Set(urls)];
  }
}

/** Whether a Redis says of itself that it is a node of a Cluster. */
export function isCluster(info: string): boolean {
  return /^cluster_enabled:1\r?$/m.test(info);
}

/** A URL as it is at another place: with the same user, password and encryption. */
function at(url: string, { host, port }: { readonly host: string | undefined; readonly port: string }): string {
  const moved = new URL(url);
  if (host !== undefined && host !== "" && host !== "?") moved.hostname = host.includes(":") ? `[${host}]` : host;
  moved.port = port;
  return moved.href;
}
