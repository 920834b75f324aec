import type { SocketEvents } from "../../../src/actors/connection/mod.ts";
import type { SimulatedSocket } from "./simulated-socket.ts";

/** An event as a client sees it. */
export interface Heard {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The other side of a simulated socket: it says commands, and remembers what it hears. */
export class Peer {
  readonly socket: SimulatedSocket;
  readonly events: SocketEvents;

  constructor(socket: SimulatedSocket, events: SocketEvents) {
    this.socket = socket;
    this.events = events;
    socket.events = events;
  }

  /** Says commands, each in a message of its own. */
  say(...commands: readonly object[]): void {
    for (const command of commands) this.events.received(JSON.stringify(command));
  }

  /** Says commands in one message. */
  batch(...commands: readonly unknown[]): void {
    this.events.received(JSON.stringify(commands));
  }

  /** Everything it was sent so far, whatever the format. */
  get heard(): readonly Heard[] {
    return this.socket.writes.flat().flatMap((text) => JSON.parse(text) as Heard | Heard[]);
  }

  /** What it was sent of one type, or of several. */
  of(...types: readonly string[]): readonly Heard[] {
    return this.heard.filter(({ type }) => types.includes(type));
  }

  /** The last it was sent of a type. */
  last(type: string): Heard | undefined {
    return this.of(type).at(-1);
  }

  /** The places of all entries it was sent in a room, in `joined` or live, in the order of their coming. */
  seqs(room = "lobby"): readonly number[] {
    return this.of("joined", "message")
      .filter((event) => event["room"] === room)
      .flatMap((event) => (event.type === "joined" ? (event["messages"] as readonly Heard[]) : [event]))
      .map((event) => event["seq"] as number);
  }

  /** Forgets what it was sent so far. */
  forget(): void {
    this.socket.writes.length = 0;
  }
}
