import type { SocketEvents } from "../../actors/connection/mod.ts";
import { Line, type LineTraits } from "./line.ts";
import type { Machine } from "./machine.ts";
import type { Timeline } from "./timeline.ts";
import type { Transport } from "./transport.ts";

/** The client's side of a connection. */
export interface Peer {
  received(text: string): void;
  /** Told once: closed by the server, or lost (1006). */
  closed(code: number): void;
}

/** What a link is made of. */
export interface LinkOptions {
  readonly timeline: Timeline;
  readonly machine: Machine;
  readonly transport: Transport;
  readonly traits: LineTraits;
  readonly peer: Peer;
}

/** A runtime that pings by itself closes a connection on which nothing was heard for this long. */
const RUNTIME_IDLE_MS = 30_000;

/** An open connection between a client and a machine, over a network that may fail. */
export class Link {
  readonly options: LinkOptions;
  readonly down: Line;
  readonly #up: Line;
  /** What has arrived at the machine and was not handed to the server yet. */
  readonly #inbox: (() => void)[] = [];
  #events: SocketEvents | undefined;
  #paused = false;
  #clientOpen = true;
  #serverTold = false;
  #heardMs: number;
  /** Whether the server has begun to close. */
  closing = false;

  constructor(options: LinkOptions) {
    const { timeline, traits, transport } = options;
    this.options = options;
    this.down = new Line(timeline, traits, () => this.#emptied());
    this.#up = new Line(timeline, { ...traits, bytesPerMs: () => 1_000 });
    this.#heardMs = timeline.now;
    if (!transport.pings) this.#watch();
  }

  /** The server listens from now on. */
  open(events: SocketEvents): void {
    this.#events = events;
  }

  /** Whether the client still takes the connection for open. */
  get clientOpen(): boolean {
    return this.#clientOpen;
  }

  /** Whether the server has nothing to do with it any more. */
  get over(): boolean {
    return this.#serverTold || this.options.machine.dead;
  }

  /** The client says something. */
  say(text: string): void {
    this.#up.send({ bytes: text.length, deliver: () => this.#arrived((events) => events.received(text)) });
  }

  /** Something that the server has sent arrives at the client. */
  toClient(run: () => void): void {
    if (this.#clientOpen) run();
  }

  /** The client answers a ping. */
  pong(): void {
    this.#up.send({ bytes: 2, deliver: () => this.#arrived((events) => events.alive()) });
  }

  /** The client closes, or answers the server's close. */
  bye(code: number): void {
    this.#clientOpen = false;
    this.#up.send({ bytes: 2, deliver: () => this.#inboxClosed(code) });
  }

  /** The connection breaks: what is under way is lost, and each side hears of it in a while. */
  drop(clientMs: number | undefined, serverMs: number | undefined): void {
    const { timeline } = this.options;
    this.down.cut();
    this.#up.cut();
    if (clientMs !== undefined) timeline.after(clientMs, () => this.#lost());
    if (serverMs !== undefined) timeline.after(serverMs, () => this.#inboxClosed(1006));
  }

  /** The client gives the connection up: the server hears of it where the network still carries anything. */
  abandon(): void {
    this.#clientOpen = false;
    this.drop(undefined, this.down.isCut ? undefined : this.options.traits.latencyMs());
  }

  /** The server stops reading, or reads again. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) for (let left = this.#inbox.length; left > 0; left -= 1) this.options.machine.post(this.#take);
  }

  /** The server cuts the connection: it hears so at once, the client where the network still carries anything. */
  terminate(): void {
    const reachable = !this.down.isCut;
    this.drop(reachable ? this.options.traits.latencyMs() : undefined, 0);
  }

  /** The server's close frame has reached the client. */
  closeArrived(code: number): void {
    if (!this.#clientOpen) return;
    this.bye(code);
    this.options.peer.closed(code);
  }

  /** The runtime says that its buffer has drained, or was found so. */
  drained(): void {
    this.options.machine.post(() => !this.#serverTold && this.#events?.drained());
  }

  #emptied(): void {
    if (this.options.transport.tellsDrained) this.drained();
  }

  #lost(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.options.peer.closed(1006);
  }

  #arrived(tell: (events: SocketEvents) => void): void {
    this.#heardMs = this.options.timeline.now; // what the runtime itself hears, whoever is told
    this.#inbox.push(() => this.#events !== undefined && !this.#serverTold && tell(this.#events));
    if (!this.#paused) this.options.machine.post(this.#take);
  }

  #inboxClosed(code: number): void {
    this.#inbox.push(() => {
      if (this.#serverTold) return;
      this.#serverTold = true;
      this.#events?.closed(code);
    });
    // Even a runtime that was told to stop reading says that the connection is gone.
    this.#paused = false;
    for (let left = this.#inbox.length; left > 0; left -= 1) this.options.machine.post(this.#take);
  }

  #take = (): void => {
    if (!this.#paused) this.#inbox.shift()?.();
  };

  /** What a runtime does that pings by itself. */
  #watch(): void {
    this.options.timeline.after(RUNTIME_IDLE_MS / 6, () => {
      if (this.over) return;
      const silentMs = this.options.timeline.now - this.#heardMs;
      if (silentMs >= RUNTIME_IDLE_MS) return this.terminate();
      if (silentMs >= RUNTIME_IDLE_MS / 2) this.#runtimePing();
      this.#watch();
    });
  }

  #runtimePing(): void {
    this.down.send({ bytes: 2, deliver: () => this.toClient(() => this.pong()) });
  }
}
