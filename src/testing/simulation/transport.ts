/** How a runtime's WebSockets behave, as far as a server can tell them apart. */
export interface Transport {
  readonly name: "node" | "bun" | "deno" | "plain";
  /** Whether the server can ping; where it cannot, the runtime pings and cuts by itself. */
  readonly pings: boolean;
  /** Whether it can stop reading from a peer. */
  readonly pauses: boolean;
  /** Whether it tells by itself when what it buffered has gone, or has to be looked at every 20 ms. */
  readonly tellsDrained: boolean;
  /** Whether it can cut a connection without a closing handshake. */
  readonly cuts: boolean;
}

/** The transports that the server runs on, and the plainest there may be. */
export const transports: readonly Transport[] = [
  { name: "node", pings: true, pauses: true, tellsDrained: true, cuts: true },
  { name: "bun", pings: true, pauses: true, tellsDrained: true, cuts: true },
  { name: "deno", pings: false, pauses: false, tellsDrained: false, cuts: false },
  { name: "plain", pings: true, pauses: false, tellsDrained: false, cuts: true },
];
