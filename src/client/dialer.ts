import type { ServerEvent, Welcome } from "../actors/wire/mod.ts";
import { backoffMs } from "./backoff.ts";
import type { ClientStatus } from "./client-state.ts";
import { type Line, openLine } from "./line.ts";
import type { Address, ConnectOptions, TokenSource } from "./options.ts";
import type { ClientPorts } from "./ports.ts";

const UNAUTHORIZED = 4401;

/** A connection that lasted this long was a good one: the waits begin anew after it, in ms. */
const STEADY_MS = 5_000;

/** How soon to ask again for credentials that could not be had, in ms. */
const RENEW_MS = 5_000;

/** What a dialer is made of. */
export interface DialerOptions extends ConnectOptions {
  readonly address: Address;
  readonly ports: ClientPorts;
  readonly onStatus: (status: ClientStatus) => void;
  /** There is a connection, and the server has said its welcome. */
  readonly onLine: (line: Line, welcome: Welcome) => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** The connection is no more. */
  readonly onLost: () => void;
}

/** Keeps a client connected: it decides when to try, with which credentials, and when to give up. */
export interface Dialer {
  /** Connects now, anew where there is a connection. */
  connect(): void;
  close(): void;
  /** Goes on with other credentials. */
  authenticate(by: TokenSource): void;
  /** Shows credentials anew on the connection there is; where the server does not take them, `refused` says what then. */
  renew(refused?: () => undefined): void;
  /** The server is about to end, and says how long to wait then. */
  draining(reconnectMs: number): void;
  /** The server does not keep to the protocol. */
  fault(why: string): undefined;
}

/** Makes a dialer, which does nothing yet. */
export function dialer(options: DialerOptions): Dialer {
  const { address, ports, credentials = "handshake", onStatus, onLine, onEvent, onLost } = options;
  const { clock, random, online } = ports;
  let { token: source, name } = options;
  /** Closes after which coming back would only repeat them; whatever else ends a connection was an accident. */
  const final: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1009, 4403, 4409];
  let status: ClientStatus;
  let line: Line | undefined;
  let used: string | undefined;
  /** The token that the server does not take any more. */
  let spent: string | undefined;
  let turn = 0;
  let attempt = 0;
  let liveMs: number | undefined;
  /** How long the server has told us to wait. */
  let toldMs: number | undefined;
  let cancel: (() => void) | undefined;
  let unwatch: (() => void) | undefined;

  function become(next: ClientStatus): undefined {
    status = next;
    onStatus(next);
  }

  function closed(code: number, reason: string): undefined {
    become({ type: "closed", code, reason, comeback: code === UNAUTHORIZED ? "credentials" : "never" });
  }

  function gone(): undefined {
    line = undefined;
    if (liveMs === undefined) return;
    liveMs = undefined;
    onLost();
  }

  function hangUp(): undefined {
    turn += 1;
    cancel?.();
    line?.close();
    gone();
  }

  function connect(): undefined {
    unwatch?.();
    unwatch = ports.watch(look);
    hangUp();
    attempt = 0;
    spent = undefined;
    dial();
  }

  function dial(): undefined {
    cancel?.();
    toldMs = undefined;
    turn += 1;
    const mine = turn;
    become({ type: "connecting", attempt });
    Promise.all([given(address), given(source)]).then(
      ([to, token]) => (mine === turn ? open(to, token) : undefined),
      (error: unknown) => (mine === turn ? wait(0, String(error)) : undefined),
    );
  }

  function open(to: string | URL, token: string | undefined): undefined {
    if (token && token === spent) return closed(UNAUTHORIZED, "no new credentials");
    used = token;
    try {
      const opened = openLine({
        ports,
        url: socketUrl(to, token ? undefined : name),
        token,
        credentials,
        onEvent: (event) => (event.type === "welcome" ? welcomed(opened, event) : onEvent(event)),
        onClose: ended,
      });
      line = opened;
    } catch (error) {
      closed(0, String(error));
    }
  }

  function welcomed(by: Line, welcome: Welcome): undefined {
    const { user } = welcome;
    // The name that a guest was given by chance is kept: under another, its repeats would be another's.
    if (user.guest) name = user.name;
    liveMs = clock.now();
    become({ type: "live" });
    onLine(by, welcome);
  }

  function ended(code: number, reason: string): undefined {
    if (toldMs !== undefined || (liveMs !== undefined && clock.now() - liveMs >= STEADY_MS)) attempt = 0;
    gone();
    if (final.includes(code) || (code === UNAUTHORIZED && typeof source !== "function")) return closed(code, reason);
    if (code === UNAUTHORIZED) spent = used;
    return wait(code, reason);
  }

  function wait(code: number, reason: string): undefined {
    const waitMs = toldMs ?? backoffMs(attempt, random);
    attempt += 1;
    const waiting = { attempt, until: clock.date() + waitMs, code, reason };
    cancel = clock.after(waitMs, dial);
    become({ type: online() ? "waiting" : "offline", ...waiting });
  }

  /** Something has happened to the page or the network: it is worth a look whether the server can be reached. */
  function look(): undefined {
    if (status.type === "live") line?.probe();
    // A wait that the server has asked for is kept.
    else if (status.type === "offline" || (status.type === "waiting" && toldMs === undefined)) dial();
  }

  function renew(refused?: () => undefined): undefined {
    const by = line;
    given(source).then(
      (token) => {
        if (!token || by !== line) return;
        used = token;
        by?.ask({ type: "auth", token }, (answer) => (answer.type === "error" ? refused?.() : undefined));
      },
      () => clock.after(RENEW_MS, () => (by === line ? renew(refused) : undefined)),
    );
  }

  return {
    connect,
    close() {
      hangUp();
      unwatch?.();
      closed(1000, "bye");
    },
    authenticate(by) {
      source = by;
      if (liveMs === undefined) connect();
      else renew(connect);
    },
    renew,
    draining(reconnectMs) {
      toldMs = reconnectMs;
      become({ type: "draining" });
    },
    fault: (why) => {
      line?.abandon(why);
    },
  };
}

/** What a source gives, however it does. */
async function given<Value>(source: Value | (() => Value | Promise<Value>)): Promise<Value> {
  return typeof source === "function" ? (source as () => Value | Promise<Value>)() : source;
}

/** The address of a socket: that of the page, the scheme of sockets, and the name of a guest. */
export function socketUrl(address: string | URL, name: string | undefined): string {
  const page = (globalThis as { readonly location?: { readonly href: string } }).location;
  const url = new URL(address, page?.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  if (name) url.searchParams.set("name", name);
  return url.href;
}
