import {
  type Command,
  closeCodes,
  comesBack,
  type Format,
  type Presence,
  type SetState,
  type Values,
} from "../../actors/wire/mod.ts";
import type { Dice } from "./dice.ts";
import type { Ledger } from "./ledger.ts";
import type { LineTraits } from "./line.ts";
import type { Link, Peer } from "./link.ts";
import { Listing } from "./listing.ts";
import { Liveness } from "./liveness.ts";
import { Mailings } from "./mailings.ts";
import type { SimulatedNode } from "./node.ts";
import { Place } from "./place.ts";
import type { Reader } from "./reader.ts";
import { type Request, Requests } from "./requests.ts";
import { join } from "./saying.ts";
import type { Signals } from "./signals.ts";
import { spell } from "./spelling.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";
import type { Transport } from "./transport.ts";
import { understand } from "./understanding.ts";

/** What a client is made of. */
export interface ClientOptions {
  readonly name: string;
  /** The guest name that it comes under; several clients may be one user. */
  readonly guest: string;
  readonly format: Format;
  readonly transport: Transport;
  readonly traits: LineTraits;
  readonly rooms: readonly string[];
  /** As many entries may be asked for at a time. */
  readonly historyEntries: number;
  /** What lies between two announcements of who has come and gone. */
  readonly presenceIntervalMs: number;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly signals: Signals;
  /** Hears of who this client is told to have come and gone. */
  readonly told: (client: SimulatedClient, event: Presence) => undefined;
  readonly trace: Trace;
  /** Picks the node to connect to. */
  readonly node: () => SimulatedNode | undefined;
}

/** A `set` as it is said on the wire. */
interface SaidSet extends Omit<SetState, "values"> {
  readonly values: Values;
}

const CONNECT_MS = 5_000;
/** What whoever is not let in any more is closed with. */
const REVOKED: number = closeCodes.banned.code;

/** A client that keeps to the protocol: it resumes where it was, repeats what was not acknowledged, and believes nothing. */
export class SimulatedClient implements Peer {
  readonly options: ClientOptions;
  readonly name: string;
  readonly user: string;
  readonly places: ReadonlyMap<string, Place>;
  readonly requests: Requests;
  readonly mailings: Mailings;
  readonly #liveness: Liveness;
  link: Link | undefined;
  node: SimulatedNode | undefined;
  /** What it is told of rooms in the end. */
  listing: Listing | undefined;
  welcomed = false;
  /** Whether the server has said that it is about to end. */
  draining = false;
  #attempt = 0;
  #ids = 0;
  #reconnectMs: number | undefined;
  #frame: unknown[] | undefined;

  constructor(options: ClientOptions) {
    const { name, guest, ledger, rooms } = options;
    this.options = options;
    this.name = name;
    this.user = `guest:${guest}`;
    const owner = { ...options, user: this.user };
    this.places = new Map(rooms.map((room) => [room, new Place(room, owner)]));
    this.requests = new Requests((kind, text) => ledger.fail(kind, name, text));
    this.mailings = new Mailings(this);
    this.#liveness = new Liveness(this);
  }

  /** Tells one connection from the next. */
  get connection(): number {
    return this.#attempt;
  }

  note(what: string): undefined {
    this.options.trace.note(this.options.timeline.now, this.name, what);
  }

  /** Connects to some node, or tries again later. */
  connect(): undefined {
    const { node, timeline, guest, format, dice } = this.options;
    if (this.link !== undefined) return;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const target = node();
    this.node = target;
    if (target === undefined) return this.#again();
    this.note(`connect ${target.name} ${format}`);
    const given = timeline.after(CONNECT_MS, () => attempt === this.#attempt && this.#again());
    target.accept({
      path: `${dice.of(["/ws", "/"])}?name=${guest}`,
      client: this,
      opened: (link) => {
        if (attempt !== this.#attempt) return link.abandon();
        given();
        this.#opened(link);
      },
      refused: (status) => {
        if (attempt !== this.#attempt) return;
        given();
        this.note(`refused ${status}`);
        if (status === 403 && this.options.ledger.exclusions.mayBeRefused(this.user)) return this.#again();
        if (status !== 503) this.options.ledger.fail("protocol", this.name, `the upgrade was answered ${status}`);
        this.#again();
      },
    });
  }

  /** Sends a command; `id` is set where it has to be answered. */
  send(command: Command | Omit<Command, "id"> | SaidSet): undefined {
    if (this.#frame !== undefined) this.#frame.push(command);
    else this.#say([command]);
  }

  /** Sends what `run` says in one frame, where the format can. */
  together(run: () => void): undefined {
    this.#frame = [];
    run();
    const frame = this.#frame;
    this.#frame = undefined;
    if (frame.length > 0) this.#say(frame);
  }

  /** A fresh id, unique in this client's life. */
  ask(make: (id: number, sentMs: number) => Request): Request {
    this.#ids += 1;
    const request = make(this.#ids, this.options.timeline.now);
    this.requests.add(request);
    return request;
  }

  received(text: string): void {
    this.#liveness.heard();
    const { events, problem } = this.options.reader.read(text, this.options.format);
    if (problem !== undefined) this.options.ledger.fail("protocol", this.name, problem);
    if (events.length > 0) this.options.ledger.exclusions.heard(this.name, this.user);
    for (const event of events) {
      this.note(spell(event));
      understand(this, event);
    }
  }

  /** Asks which rooms there are. */
  list(): undefined {
    if (this.welcomed) this.listing = new Listing(this);
  }

  welcome(heartbeatMs: number): undefined {
    this.welcomed = true;
    this.#liveness.watch(heartbeatMs);
  }

  /** The server is about to end. */
  drained(reconnectMs: number): undefined {
    this.draining = true;
    this.#reconnectMs = reconnectMs;
  }

  closed(code: number): void {
    this.note(`closed ${code}`);
    const shownOut = code === REVOKED && this.options.ledger.exclusions.mayBeRefused(this.user);
    if (!shownOut && !comesBack(code)) this.options.ledger.fail("protocol", this.name, `was closed with ${code}`);
    this.gone();
  }

  /** Gives a connection up that is dead, as far as this client can tell. */
  abandon(): undefined {
    this.link?.abandon();
    this.gone();
  }

  /** The connection is no more, on this side at least. */
  gone(): undefined {
    this.link = undefined;
    this.welcomed = false;
    this.draining = false;
    for (const place of this.places.values()) place.lost();
    for (const request of this.requests.lost()) {
      if (request.type === "message") this.mailings.unanswered(request.publish);
      if (request.type === "rule" && request.ruling !== undefined) {
        this.options.ledger.sanctions.doubted(request.ruling);
      }
    }
    this.#again();
  }

  #opened(link: Link): undefined {
    this.link = link;
    this.#liveness.heard();
    this.note("open");
    for (const place of this.places.values()) if (place.wanted) join(this, place);
  }

  #say(commands: readonly unknown[]): undefined {
    const { format } = this.options;
    if (format === "batch") this.link?.say(JSON.stringify(commands));
    else for (const command of commands) this.link?.say(JSON.stringify(command));
  }

  #again(): undefined {
    const { timeline, dice } = this.options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const waitMs = this.#reconnectMs ?? dice.ms(20, 1_000);
    this.#reconnectMs = undefined;
    timeline.after(waitMs, () => attempt === this.#attempt && this.connect());
  }
}
