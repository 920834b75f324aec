import { comesBack, type ServerEvent } from "../../src/actors/wire/mod.ts";
import { type Book, contentOf } from "./book.ts";
import { Place, type PlaceOwner } from "./place.ts";
import type { Comeback, Visitor } from "./visitor.ts";

/** What a visitor is made of. */
export interface VisitorOptions extends PlaceOwner {
  readonly book: Book;
  readonly url: string;
  readonly rooms: readonly string[];
  readonly random: () => number;
}

/** How long it waits before it comes back, or says again what was refused for now, in ms. */
const WAIT = { least: 100, most: 600 };
/** How long the server may take to welcome it in ms. */
const WELCOME_MS = 4_000;

const passing = ["unavailable", "overloaded", "rate_limited"];

/** A client that knows the protocol and nothing else: a socket, and what it has written down. */
export class RawVisitor implements Visitor {
  readonly kind = "raw";
  readonly name: string;
  readonly places: ReadonlyMap<string, Place>;
  readonly comebacks: Comeback[] = [];
  readonly #options: VisitorOptions;
  readonly #batch: boolean;
  #socket: WebSocket | undefined;
  #closed = false;
  #rank = 0;
  #saying: { readonly room: string; readonly content: string } | undefined;
  #reconnectMs: number | undefined;
  #lostMs: number | undefined;
  #dialedMs = 0;

  constructor(options: VisitorOptions) {
    this.name = options.name;
    this.#options = options;
    this.#batch = options.random() < 0.5;
    this.places = new Map(options.rooms.map((room) => [room, new Place(room, options)]));
    this.#dial();
  }

  get settled(): boolean {
    return this.#saying === undefined && [...this.places.values()].every(({ missed }) => missed.length === 0);
  }

  talk(room: string): void {
    if (this.#saying !== undefined || this.places.get(room)?.inside !== true) return;
    this.#rank += 1;
    const content = contentOf({ who: this.name, rank: this.#rank, atMs: performance.now() });
    this.#saying = { room, content };
    this.#options.book.said(room, content);
    this.#say();
  }

  drop(): void {
    this.#socket?.close();
  }

  close(): void {
    this.#closed = true;
    if (this.#saying !== undefined) this.#options.book.leftOpen(this.#saying.room, this.#saying.content);
    this.#socket?.close(1000);
    // What still comes is for nobody.
    this.#socket = undefined;
  }

  #dial(): void {
    if (this.#closed) return;
    const { url, name } = this.#options;
    const protocol = this.#batch ? "greenroom.v1.batch" : "greenroom.v1";
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws?name=${name}`, protocol);
    this.#dialedMs = performance.now();
    this.#socket = socket;
    // A socket that is given up may still say something.
    const own = (): boolean => socket === this.#socket;
    const late = setTimeout(() => own() && this.#lost(1006), WELCOME_MS);
    socket.addEventListener("message", ({ data }) => {
      clearTimeout(late);
      const said = JSON.parse(String(data)) as ServerEvent | readonly ServerEvent[];
      for (const event of [said].flat() as readonly ServerEvent[]) if (own()) this.#heard(event);
    });
    socket.addEventListener("close", ({ code }) => {
      clearTimeout(late);
      if (own()) this.#lost(code);
    });
    socket.addEventListener("error", () => undefined);
  }

  #lost(code: number): void {
    const { book, random } = this.#options;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    if (this.#closed) return;
    if (!comesBack(code)) book.fail("lie", this.name, `was closed with ${code}`);
    if ([...this.places.values()].some(({ inside }) => inside)) this.#lostMs = performance.now();
    for (const place of this.places.values()) place.inside = false;
    const waitMs = this.#reconnectMs ?? WAIT.least + random() * (WAIT.most - WAIT.least);
    this.#reconnectMs = undefined;
    setTimeout(() => this.#dial(), waitMs);
  }

  #heard(event: ServerEvent): void {
    const place = "room" in event && event.room !== undefined ? this.places.get(event.room) : undefined;
    switch (event.type) {
      case "welcome":
        for (const each of this.places.values()) this.#join(each);
        return;
      case "joined":
        if (place !== undefined) this.#joined(place, event);
        return;
      case "message":
      case "redacted":
        return place?.entry(event);
      case "reset":
        place?.reset(event);
        return this.#readMissed(place);
      case "history":
        place?.read(event.messages);
        return this.#readMissed(place);
      case "presence":
        return place?.changed(event);
      case "members":
        return place?.listed(event);
      case "ack":
        return this.#acknowledged(event.id, event.seq);
      case "draining":
        this.#reconnectMs = event.reconnect;
        return;
      case "error":
        return this.#refused(event, place);
      default:
        return;
    }
  }

  #join({ room, position }: Place): void {
    this.#tell({ type: "join", id: "join", room, history: 50, ...(position !== undefined && { since: position }) });
  }

  #joined(place: Place, event: Extract<ServerEvent, { readonly type: "joined" }>): void {
    place.joined(event, place.position);
    if (place.audience.stale) this.#tell({ type: "members", room: place.room, limit: 200 });
    if ([...this.places.values()].every(({ inside }) => inside) && this.#lostMs !== undefined) {
      this.comebacks.push({ lostMs: this.#lostMs, dialedMs: this.#dialedMs, backMs: performance.now() });
      this.#lostMs = undefined;
    }
    if (this.#saying?.room === place.room) this.#say();
    this.#readMissed(place);
  }

  #readMissed(place: Place | undefined): void {
    const gap = place?.missed[0];
    if (place === undefined || gap === undefined) return;
    this.#tell({ type: "history", id: "missed", room: place.room, after: gap.after, limit: 200 });
  }

  #acknowledged(id: unknown, seq: number | undefined): void {
    if (this.#saying === undefined || id !== this.#saying.content || seq === undefined) return;
    this.#options.book.acked(this.#saying.room, this.#saying.content, seq);
    this.#saying = undefined;
  }

  #refused({ id, code, unknown }: Extract<ServerEvent, { readonly type: "error" }>, place: Place | undefined): void {
    const { book, random } = this.#options;
    if (!passing.includes(code) && unknown !== true) book.fail("lie", this.name, `was told ${code} for ${String(id)}`);
    const socket = this.#socket;
    const again = (): void => {
      if (socket !== this.#socket || place === undefined) return;
      if (id === "join") this.#join(place);
      else if (id === "missed") this.#readMissed(place);
      else if (id === this.#saying?.content) this.#say();
    };
    setTimeout(again, WAIT.least + random() * (WAIT.most - WAIT.least));
  }

  #say(): void {
    if (this.#saying === undefined) return;
    const { room, content } = this.#saying;
    this.#tell({ type: "message", id: content, room, content, key: content });
  }

  #tell(command: object): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify(this.#batch ? [command] : command));
  }
}
