import type { CommandId, RoomCount, RoomsEvent } from "../../actors/wire/mod.ts";
import type { SimulatedClient } from "./client.ts";

/** Which rooms a client is told that there are, and how many are in each: asked for one at a time. */
export class Listing {
  readonly #client: SimulatedClient;
  readonly #rooms: RoomCount[] = [];
  #asked: CommandId | undefined;
  #isWhole = false;

  constructor(client: SimulatedClient) {
    this.#client = client;
    this.#ask(undefined);
  }

  heard({ id, rooms, cursor }: RoomsEvent): undefined {
    if (id !== this.#asked) return;
    this.#rooms.push(...rooms);
    this.#isWhole = cursor === undefined;
    if (cursor !== undefined) this.#ask(cursor);
  }

  /** What is wrong with it, given who is where. */
  wrong(counts: ReadonlyMap<string, number>): string | undefined {
    const told = spell(this.#rooms.map(({ room, count }) => [room, count]));
    const due = spell([...counts].filter(([, count]) => count > 0).sort());
    if (!this.#isWhole) return "was not told which rooms there are";
    return told === due ? undefined : `was told of ${told || "no room"}, and there is ${due || "none"}`;
  }

  #ask(cursor: string | undefined): undefined {
    const { id } = this.#client.ask((id, sentMs) => ({ type: "rooms", id, room: "", sentMs, stay: undefined }));
    this.#asked = id;
    this.#client.send({ type: "rooms", id, limit: 1, ...(cursor !== undefined && { cursor }) });
  }
}

function spell(counts: readonly (readonly [room: string, count: number])[]): string {
  return counts.map(([room, count]) => `${room} with ${count}`).join(", ");
}
