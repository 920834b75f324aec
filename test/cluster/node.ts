import { tmpdir } from "node:os";
import process from "node:process";
import { binaryOf, type Target } from "../matrix/targets.ts";
import { type Child, randomPort, startChild } from "./child.ts";
import { here, type Place } from "./place.ts";

/** What a node is made of. */
export interface NodeOptions {
  readonly name: string;
  readonly target: Target;
  /** Settings, as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly place?: Place;
  /** Where it listens; any that is free when left out. */
  readonly port?: number;
  /** The program, from the root of the repository, where it is not the server's own command. */
  readonly main?: string;
}

const START_WITHIN_MS = 60_000;
const ATTEMPTS = 5;

/** A server of a cluster, which may end and be started again where it was. */
export class ClusterNode {
  readonly name: string;
  readonly #options: NodeOptions;
  #port: number;
  #child: Child | undefined;
  /** What its former lives have said. */
  #said = "";

  constructor(options: NodeOptions) {
    this.name = options.name;
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  get host(): string {
    return (this.#options.place ?? here).host;
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  get alive(): boolean {
    return this.#child?.alive() === true;
  }

  /** What it has said, in this life and those before. */
  get output(): string {
    return `${this.#said}${this.#child?.output() ?? ""}`;
  }

  /** Resolves once it says that it listens; rejects where it does not. */
  async start(): Promise<void> {
    const chosen = this.#port === 0;
    for (let attempt = 1; ; attempt += 1) {
      if (chosen) this.#port = randomPort();
      try {
        return await this.#start();
      } catch (error) {
        // Somebody else may have had that port.
        if (!chosen || attempt >= ATTEMPTS || !String(error).includes("PORT")) throw error;
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.signal(name);
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** Has it end in order; resolves with how that went. */
  async stop(): Promise<number | string> {
    const child = this.#child;
    if (child === undefined) return 0;
    child.signal("SIGTERM");
    return child.exited;
  }

  async #start(): Promise<void> {
    const { target, env, place = here, main = "src/main.ts" } = this.#options;
    const { runtime, args, env: targetEnv } = target;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#said = this.output.slice(-100_000);
    const child = await startChild([...place.before, binaryOf(runtime), ...args, main], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NO_COLOR: "1",
        DENO_NO_UPDATE_CHECK: "1",
        HOST: place.host,
        PORT: String(this.#port),
        GREENROOM_DATA: tmpdir(),
        ...targetEnv,
        ...env,
      },
      onOutput: (said) => said.includes("Greenroom is listening on ") && resolve(),
    });
    this.#child = child;
    const fail = (why: string): void => reject(new Error(`Cannot start ${this.name}: ${why}\n${child.output()}`));
    const deadline = setTimeout(() => fail(`it does not listen within ${START_WITHIN_MS} ms`), START_WITHIN_MS);
    void child.exited.then((code) => fail(`it has ended with ${code}`));
    try {
      await promise;
    } catch (error) {
      await child.kill();
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  }
}
