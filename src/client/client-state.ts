import type { Announced, Draining, ErrorEvent, Expiring, User, Welcome } from "../actors/wire/mod.ts";

/**
 * How a client stands with its server. `until` is in milliseconds since 1970. A `closed` client does not come back by
 * itself: with other credentials only, or not at all, unless it is told to `reconnect()`.
 */
export type ClientStatus =
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "live" }
  | { readonly type: "draining" }
  | {
      readonly type: "waiting";
      readonly attempt: number;
      readonly until: number;
      readonly code: number;
      readonly reason: string;
    }
  | {
      readonly type: "offline";
      readonly attempt: number;
      readonly until: number;
      readonly code: number;
      readonly reason: string;
    }
  | {
      readonly type: "closed";
      readonly code: number;
      readonly reason: string;
      readonly comeback: "credentials" | "never";
    };

/** A client as it stands at one moment; `user`, `limits` and `connection` are as the last `welcome` had them. */
export interface ClientState {
  readonly status: ClientStatus;
  readonly user: User | undefined;
  readonly limits: Announced | undefined;
  readonly connection: string | undefined;
}

/** What a client tells its listeners, by name; `detail` is the event of the protocol. */
export interface ClientEvents {
  readonly welcome: Welcome;
  readonly expiring: Expiring;
  readonly draining: Draining;
  /** An error that answers nothing that was asked and names no room. */
  readonly error: ErrorEvent;
}
