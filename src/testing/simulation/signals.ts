import type { SignalEvent } from "../../actors/wire/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Ledger } from "./ledger.ts";

/** What becomes of signals: none is owed, but none may come twice, to its own sender's connection, or out of nowhere. */
export class Signals {
  readonly #ledger: Ledger;
  readonly #sent = new Map<
    number,
    { readonly by: string; readonly connection: number; readonly user: string; readonly room: string }
  >();
  readonly #seen = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A client signals; answers the number that it carries. */
  sent({ name: by, connection, user }: SimulatedClient, room: string): number {
    this.#sent.set(this.#sent.size, { by, connection, user, room });
    return this.#sent.size - 1;
  }

  received(client: SimulatedClient, { data, room, sender }: SignalEvent): undefined {
    const { name: who, connection } = client;
    const state = client.places.get(room)?.state;
    const number = Number(data);
    const sent = this.#sent.get(number);
    const mark = `${who} ${connection} ${number}`;
    if (sent?.room !== room || sent.user !== sender.id) this.#ledger.fail("phantom", who, "a signal that nobody sent");
    if (sent?.by === who && sent.connection === connection)
      this.#ledger.fail("protocol", who, "its own signal came back");
    if (state !== "in" && state !== "leaving")
      this.#ledger.fail("protocol", who, `a signal of ${room}, being ${state ?? "out"}`);
    if (this.#seen.has(mark)) this.#ledger.fail("duplicated", who, `signal ${number} came twice`);
    this.#seen.add(mark);
  }
}
