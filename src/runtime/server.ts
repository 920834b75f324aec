import type { UpgradeBindings } from "../routes/upgrade.ts";

/** A server that listens. */
export interface Server {
  /** Where it is reached, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Resolves when it listens no longer, whatever ended it. */
  readonly ended: Promise<void>;
  /** Stops listening, and cuts what is still open. */
  close(): Promise<void>;
}

/** Where to listen, and what answers. */
export interface ServeOptions {
  /** 0 takes any that is free. */
  readonly port?: number;
  readonly hostname?: string;
  /** The largest message that any route takes, in bytes; for runtimes that need to know beforehand. */
  readonly maxMessageBytes?: number;
  /** The largest file that any route takes, in bytes; for runtimes that need to know beforehand. */
  readonly maxFileBytes?: number;
  /** The app: a Hono app's `fetch`, with the routes mounted in it. */
  readonly fetch: (request: Request, bindings: UpgradeBindings) => Response | Promise<Response>;
}

/** The URL of an address, with brackets around IPv6 (RFC 3986 §3.2.2). */
export function urlOf(hostname: string, port: number): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
