import type { Socket, SocketEvents } from "../../actors/connection/mod.ts";
import type { ActorSnapshot, ActorSystem, Ports, SystemEvent } from "../../actors/kernel/mod.ts";
import type { Bus, Host, Records, RoomLayer, RoomLog } from "../../actors/room/mod.ts";
import { type Grant, type Limits, subprotocols } from "../../actors/wire/mod.ts";
import { Link } from "./link.ts";
import type { Machine } from "./machine.ts";
import { SimulatedSocket, type SocketProbe } from "./socket.ts";
import type { Timeline } from "./timeline.ts";
import type { Visitor } from "./visitor.ts";

/** What a simulated server is to be made with: hand all of it to `greenroom()`, beside what is yours. */
export interface ServerOptions {
  readonly ports: Ports;
  readonly log: RoomLog;
  readonly bus: Bus;
  readonly records: Records;
  /** A host that keeps the checker informed; none in most runs. */
  readonly hosts: readonly Host[];
  readonly limits: Limits;
  readonly rateLimits: boolean;
  /** Guests may set rooms' state, and in some runs moderate. */
  readonly door: { readonly guestGrants: readonly Grant[] };
  /** Layers that make rooms fail. Let yours come behind them. */
  readonly layers: readonly RoomLayer[];
  readonly observe: (event: SystemEvent) => void;
}

/** A server that can be simulated; `greenroom()` makes one. */
export interface Server {
  readonly routes: { fetch(request: Request, bindings: object): Response | Promise<Response> };
  readonly system: ActorSystem;
  drain(options?: { readonly deadlineMs?: number }): Promise<boolean>;
}

/** What a route has left of an upgrade. */
interface Plan {
  connect(socket: Socket): SocketEvents;
}

/** A client that wants in. */
export interface Visit {
  readonly path: string;
  readonly client: Visitor;
  readonly opened: (link: Link) => void;
  readonly refused: (status: number) => void;
}

/** A node's log, as far as its simulation is concerned. */
export interface NodeLog {
  /** The node is gone. */
  cut(): void;
  /** The store has gone back: tails are to be followed anew. */
  reconnect(): void;
}

/** One server in its machine, and the connections to it. */
export class SimulatedNode {
  readonly name: string;
  readonly machine: Machine;
  readonly log: NodeLog;
  readonly server: Server;
  readonly #timeline: Timeline;
  readonly #probe: (link: Link, client: Visitor) => SocketProbe;
  readonly links: Set<Link> = new Set();
  /** Rooms that have failed too often here. */
  readonly lost: Set<string> = new Set();
  draining = false;

  constructor(
    { machine, log, timeline }: { readonly machine: Machine; readonly log: NodeLog; readonly timeline: Timeline },
    server: Server,
    probe: (link: Link, client: Visitor) => SocketProbe,
  ) {
    this.name = machine.name;
    this.machine = machine;
    this.log = log;
    this.server = server;
    this.#timeline = timeline;
    this.#probe = probe;
  }

  /** Takes a client's opening handshake, through the routes that a real one takes. */
  accept(visit: Visit): undefined {
    const { traits } = visit.client.options;
    this.#timeline.after(traits.latencyMs(), () => this.machine.post(() => this.#upgrade(visit)));
  }

  /** The machine ends from one moment to the next. */
  kill(clientMs: () => number | undefined): undefined {
    this.machine.kill();
    this.log.cut();
    for (const link of this.links) link.drop(clientMs(), undefined);
    this.links.clear();
  }

  /** Every actor of it, as it stands. */
  actors(): readonly ActorSnapshot[] {
    const all: ActorSnapshot[] = [];
    const walk = (actors: readonly ActorSnapshot[]): void => {
      for (const actor of actors) {
        all.push(actor);
        walk(actor.children);
      }
    };
    walk(this.server.system.snapshot());
    return all;
  }

  #upgrade(visit: Visit): void {
    const { client, path } = visit;
    const { format } = client.options;
    const slot: { plan?: Plan } = {};
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
      "sec-websocket-protocol": subprotocols[format],
    };
    const request = new Request(`http://greenroom.test${path}`, { headers });
    this.#timeline.promised();
    const failed = (error: unknown): void => this.machine.post(() => this.#failed(error));
    Promise.resolve(this.server.routes.fetch(request, { greenroom: slot })).then(
      ({ status }) => this.machine.post(() => this.#answer(visit, slot.plan, status)),
      failed,
    );
  }

  #answer({ client, opened, refused }: Visit, plan: Plan | undefined, status: number): void {
    const { traits, transport } = client.options;
    if (plan === undefined) return void this.#timeline.after(traits.latencyMs(), () => refused(status));
    const link = new Link({ timeline: this.#timeline, machine: this.machine, transport, traits, peer: client });
    this.links.add(link);
    link.open(plan.connect(new SimulatedSocket(link, this.#probe(link, client))));
    opened(link);
  }

  #failed(error: unknown): never {
    throw error;
  }
}
