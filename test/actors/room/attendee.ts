import type { Listener, RoomMessage } from "../../../src/actors/room/mod.ts";
import type { Frames, Grant, Json, User } from "../../../src/actors/wire/mod.ts";
import type { ActorRef } from "../../../src/mod.ts";

/** An event as it was told. */
export interface Told {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A member without a connection: it remembers what it is told, and has room for it or not. */
export class Attendee implements Listener {
  readonly user: User;
  readonly told: Told[] = [];
  /** Whether it has room in its budget. */
  reads = true;
  room: ActorRef<RoomMessage> | undefined;
  readonly #grants: readonly Grant[];
  readonly #waiting: (() => undefined)[] = [];
  #ids = 0;

  constructor(name: string, grants: readonly Grant[] = ["read", "write", "set"]) {
    this.user = { id: `guest:${name}`, name, guest: true };
    this.#grants = grants;
  }

  grants(): readonly Grant[] {
    return this.#grants;
  }

  offer(frames: Frames): boolean {
    if (this.reads) for (const text of frames.texts) this.reply(text);
    return this.reads;
  }

  reply(text: string): undefined {
    this.told.push(JSON.parse(text) as Told);
  }

  whenDrained(run: () => undefined): undefined {
    this.#waiting.push(run);
  }

  inform(): undefined {}

  /** There is room again. */
  drain(): void {
    this.reads = true;
    for (const run of this.#waiting.splice(0)) run();
  }

  /** Asks for a change of the room's state; answers the `id` that the answer bears. */
  set(values: Readonly<Record<string, Json>>): number {
    this.#ids += 1;
    const id = this.#ids;
    const command = { type: "set", id, values: new Map(Object.entries(values)) } as const;
    const answer = (text: string): undefined => this.reply(text);
    this.room?.tell({ type: "request", listener: this, id, answer, command });
    return id;
  }

  leave(): void {
    this.room?.tell({ type: "leave", listener: this, id: undefined, abrupt: true });
  }

  of(...types: readonly string[]): readonly Told[] {
    return this.told.filter(({ type }) => types.includes(type));
  }

  /** The values of each `state` event. */
  get shown(): readonly unknown[] {
    return this.of("state").map(({ values }) => values);
  }

  /** What it was answered under an `id`. */
  answer(id: number): Told | undefined {
    return this.told.find((event) => event["id"] === id);
  }

  /** What it takes the room's state for. */
  get believed(): Readonly<Record<string, unknown>> {
    const values = new Map<string, unknown>();
    for (const event of this.of("joined", "state")) {
      if (event.type === "joined") values.clear();
      const said = (event.type === "joined" ? (event["state"] ?? {}) : event["values"]) as Record<string, unknown>;
      for (const [key, value] of Object.entries(said)) value === null ? values.delete(key) : values.set(key, value);
    }
    return Object.fromEntries(values);
  }
}
