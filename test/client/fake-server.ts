import { announced, defaultLimits } from "../../src/actors/wire/mod.ts";
import {
  type Client,
  type ClientSocket,
  type ConnectOptions,
  connect,
  type SocketEvent,
} from "../../src/client/mod.ts";
import { VirtualClock } from "../../src/testing/mod.ts";

/** A command or an event, as it is on the wire. */
export type Said = Readonly<Record<string, unknown>> & { readonly type: string; readonly id?: number };

/** One connection, from the server's side. */
export class FakeSocket implements ClientSocket {
  readonly url: URL;
  readonly offered: readonly string[];
  protocol = "";
  /** What the client has said, frame by frame. */
  readonly frames: string[] = [];
  /** What it has said and was not looked at yet. */
  readonly #said: Said[] = [];
  readonly #listeners: [string, (event: SocketEvent) => void][] = [];
  /** How the client has closed it. */
  closed: { readonly code: number | undefined } | undefined;

  constructor(url: string, protocols: readonly string[]) {
    this.url = new URL(url);
    this.offered = protocols;
  }

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.#listeners.push([type, listener]);
  }

  send(text: string): void {
    this.frames.push(text);
    this.#said.push(...[JSON.parse(text) as Said].flat());
  }

  close(code?: number): void {
    this.closed ??= { code };
  }

  /** Takes what the client has said of a type, in order. */
  take(type: string): readonly Said[] {
    const taken = this.#said.filter((each) => each.type === type);
    for (const each of taken) this.#said.splice(this.#said.indexOf(each), 1);
    return taken;
  }

  /** Takes the only one of a type. */
  single(type: string): Said {
    const taken = this.take(type);
    if (taken.length !== 1) throw new Error(`Cannot take the only ${type}: there are ${taken.length}`);
    return taken[0] as Said;
  }

  open(protocol = "greenroom.v1.batch"): void {
    this.protocol = protocol;
    this.#tell({ type: "open" });
  }

  /** Says events, in one frame. */
  say(...events: readonly object[]): void {
    this.#tell({ type: "message", data: JSON.stringify(events) });
  }

  /** Says anything. */
  sayRaw(data: unknown): void {
    this.#tell({ type: "message", data });
  }

  /** Ends the connection. */
  end(code = 1006, reason = ""): void {
    this.#tell({ type: "close", code, reason });
  }

  #tell(event: SocketEvent): void {
    for (const [type, listener] of this.#listeners) if (type === event.type) listener(event);
  }
}

/** A world in which nothing happens by itself: time, chance, the network and the page are the test's. */
export class FakeWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly sockets: FakeSocket[] = [];
  /** What chance comes to. */
  chance = 0.5;
  online = true;
  #look: (() => void) | undefined;
  /** Whether somebody listens to the page. */
  get watched(): boolean {
    return this.#look !== undefined;
  }

  connect(options: ConnectOptions = {}, address: Parameters<typeof connect>[0] = "https://chat.example/ws"): Client {
    const { sockets, clock } = this;
    let keys = 0;
    return connect(address, {
      ...options,
      ports: {
        WebSocket: class extends FakeSocket {
          constructor(url: string, protocols: readonly string[]) {
            super(url, protocols);
            sockets.push(this);
          }
        },
        clock: {
          now: () => clock.now(),
          date: () => clock.date(),
          after: (delayMs, run) => clock.alarm(clock.now() + delayMs, run),
        },
        random: () => (keys < 1 ? (keys += 1) / 7 : this.chance),
        online: () => this.online,
        watch: (look) => {
          this.#look = look;
          return () => {
            this.#look = undefined;
          };
        },
        ...options.ports,
      },
    });
  }

  /** Lets every promise settle that can be. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 24; turns += 1) await Promise.resolve();
  }

  /** Lets time go by. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.settle();
    for (let next = this.clock.next; next !== undefined && next <= end; next = this.clock.next) {
      this.clock.moveTo(next);
      await this.settle();
    }
    this.clock.moveTo(end);
    await this.settle();
  }

  /** Lets time go by in one leap, as it does for a machine that sleeps. */
  async leap(ms: number): Promise<void> {
    this.clock.moveTo(this.clock.now() + ms);
    await this.settle();
  }

  /** The page is shown again, or the network comes or goes. */
  async look(): Promise<void> {
    this.#look?.();
    await this.settle();
  }

  /** The newest connection. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("Cannot take a connection: there is none");
    return socket;
  }

  /** Opens the newest connection, and says the welcome. */
  async welcome({
    user = ada,
    protocol = "greenroom.v1.batch",
    heartbeat = 25_000,
    limits = {},
  }: Welcoming = {}): Promise<FakeSocket> {
    await this.settle();
    const { socket } = this;
    socket.open(protocol);
    socket.say({
      type: "welcome",
      protocol,
      connection: `connection-${this.sockets.length}`,
      user,
      server: "fake",
      heartbeat,
      limits: { ...announced(defaultLimits, { durability: "memory" }), ...limits },
    });
    await this.settle();
    return socket;
  }

  /** Lets the client into the rooms it asks for, and answers how it asked for the last. */
  async letIn(events: Partial<Record<string, unknown>> = {}): Promise<Said> {
    await this.settle();
    const joins = this.socket.take("join");
    for (const { id, room } of joins) this.socket.say({ ...joined, id, room, ...events });
    await this.settle();
    return joins.at(-1) as Said;
  }
}

interface Welcoming {
  readonly user?: object;
  readonly protocol?: string;
  readonly heartbeat?: number;
  readonly limits?: object;
}

/** Who the client is welcomed as. */
export const ada = { id: "guest:ada", name: "ada", guest: true };

const joined = {
  type: "joined",
  epoch: "one",
  seq: 0,
  messages: [],
  oldest: 1,
  members: [{ id: "guest:ada", name: "ada" }],
  count: 1,
  grants: ["read", "write", "signal"],
};

/** An entry of somebody else. */
export function entry(seq: number, more: object = {}): Said {
  const sender = { id: "guest:bob", name: "bob" };
  return { type: "message", room: "lobby", seq, sender, content: `entry ${seq}`, at: seq, ...more };
}

/** The entry that a command comes to. */
export function entryOf({ key, content, data }: Said, seq: number): Said {
  return entry(seq, { sender: { id: "guest:ada", name: "ada" }, key, content, ...(data !== undefined && { data }) });
}
