import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** How long round trips took within a time, in ms. */
export interface RoundTrips {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Watches a server through the eyes of one client that has nothing to do with what else goes on. */
export class Watch {
  readonly #child: ChildProcess;
  #lost = false;

  /** Says `what` every so many ms: messages, or pings, which the rates have more room for. */
  constructor(url: string, everyMs = 20, what: "message" | "ping" = "message") {
    this.#child = fork(fileURLToPath(new URL("bystander.ts", import.meta.url)), [url, `${everyMs}`, what]);
    this.#child.once("exit", (code) => {
      this.#lost = code !== 0;
    });
  }

  /** The round trips since this was last asked; throws where the client has lost its connection. */
  async mark(): Promise<RoundTrips> {
    if (this.#lost || !this.#child.connected) throw new Error("Cannot ask the bystander: it lost its connection");
    this.#child.send("mark");
    const [said] = (await once(this.#child, "message")) as [
      { readonly times: number[]; readonly longestWaiting: number },
    ];
    const times = said.times.toSorted((one, other) => one - other);
    const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
    return { count: times.length, p50: at(0.5), p99: at(0.99), longest: Math.max(at(1), said.longestWaiting) };
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
