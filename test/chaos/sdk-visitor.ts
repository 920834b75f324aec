import { type Client, connect, type Room } from "../../src/client/mod.ts";
import { contentOf } from "./book.ts";
import { Place } from "./place.ts";
import type { VisitorOptions } from "./raw-visitor.ts";
import type { Comeback, Visitor } from "./visitor.ts";

/** Somebody who uses the client of this project. */
export class SdkVisitor implements Visitor {
  readonly kind = "sdk";
  readonly name: string;
  readonly places: Map<string, Place> = new Map();
  readonly comebacks: Comeback[] = [];
  readonly #options: VisitorOptions;
  readonly #client: Client;
  readonly #rooms = new Map<string, Room>();
  #closed = false;
  #rank = 0;
  #waiting: { readonly room: string; readonly content: string } | undefined;
  #lostMs: number | undefined;
  #dialedMs = 0;

  constructor(options: VisitorOptions) {
    const { name, url, rooms, random } = options;
    this.name = name;
    this.#options = options;
    const ports = { random };
    this.#client = connect(`${url}/ws`, { name, history: 50, keep: 50, ports });
    this.#client.subscribe(() => this.#moved());
    for (const room of rooms) this.places.set(room, this.#enter(room));
  }

  get settled(): boolean {
    return this.#waiting === undefined;
  }

  talk(room: string): void {
    const { book } = this.#options;
    if (this.#waiting !== undefined || this.places.get(room)?.inside !== true) return;
    this.#rank += 1;
    const content = contentOf({ who: this.name, rank: this.#rank, atMs: performance.now() });
    book.said(room, content);
    this.#waiting = { room, content };
    this.#rooms
      .get(room)
      ?.publish(content)
      .done.then(
        ({ seq }) => book.acked(room, content, seq),
        (error: unknown) =>
          this.#closed || book.fail("lost", this.name, `${room}: "${content}" was not said: ${String(error)}`),
      )
      .finally(() => {
        this.#waiting = undefined;
      });
  }

  drop(): void {
    this.#client.reconnect();
  }

  close(): void {
    this.#closed = true;
    if (this.#waiting !== undefined) this.#options.book.leftOpen(this.#waiting.room, this.#waiting.content);
    this.#client.close();
  }

  #moved(): void {
    const { type } = this.#client.snapshot().status;
    if (type === "connecting") this.#dialedMs = performance.now();
    if (type === "live") return;
    const places = [...this.places.values()];
    if (type !== "draining" && places.some(({ inside }) => inside)) {
      this.#lostMs = performance.now();
      for (const place of places) place.inside = false;
    }
    const { status } = this.#client.snapshot();
    if (status.type === "closed" && status.code !== 1000) {
      this.#options.book.fail("lie", this.name, `is closed for good with ${status.code} ${status.reason}`);
    }
  }

  #enter(name: string): Place {
    const place = new Place(name, this.#options);
    const room = this.#client.room(name);
    this.#rooms.set(name, room);
    room.addEventListener("joined", ({ detail }) => {
      // The messages of a resume are told one by one; another begin was told as a reset before.
      if (detail.recovered === true) place.joined({ ...detail, messages: [] }, place.position);
      else place.joined(detail, undefined);
      if ([...this.places.values()].every(({ inside }) => inside) && this.#lostMs !== undefined) {
        this.comebacks.push({ lostMs: this.#lostMs, dialedMs: this.#dialedMs, backMs: performance.now() });
        this.#lostMs = undefined;
      }
    });
    room.addEventListener("message", ({ detail }) => place.entry(detail));
    room.addEventListener("redacted", ({ detail }) => place.entry(detail));
    room.addEventListener("reset", ({ detail }) => place.reset(detail));
    room.addEventListener("presence", ({ detail }) => place.changed(detail));
    room.addEventListener("kicked", () => this.#options.book.fail("lie", this.name, `${name}: was kicked`));
    return place;
  }
}
