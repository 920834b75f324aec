import type { ClientPorts } from "./ports.ts";

/** A token, or how to get one: asked for each connection, and again before the present one expires; none makes a guest. */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>);

/** How a client connects. */
export interface ConnectOptions {
  /** The name of a guest; without one, and without a token, the server gives one by chance, which is kept. */
  readonly name?: string;
  readonly token?: TokenSource;
  /** Whether the token is shown in the handshake (`bearer.<jwt>` among the subprotocols) or by the first command. */
  readonly credentials?: "handshake" | "command";
  /** How many of its newest entries a room begins with: 0 to 200. */
  readonly history?: number;
  /** How many messages a room keeps, beside the older ones that were asked for; the oldest go first. */
  readonly keep?: number;
  /** What is taken from the world, where it is to be another than this one. */
  readonly ports?: Partial<ClientPorts>;
}

/** Where to connect: `https://`, `http://`, `wss://` or `ws://`, in a browser also relative to the page; or how to find out, each time. */
export type Address = string | URL | (() => string | URL | Promise<string | URL>);
