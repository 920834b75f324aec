import { defaultLimits, type Values } from "../../actors/wire/mod.ts";
import type { PlaceOwner } from "./place.ts";

/** A room's state as one client sees it, held against what it really was: never an older one behind a newer. */
export class StateView {
  readonly #room: string;
  readonly #owner: PlaceOwner;
  readonly #values = new Map<string, string>();
  /** How far in the state's course this client has come, through drops and joins. */
  #place = 0;
  #joinedMs = 0;
  #events = 0;

  constructor(room: string, owner: PlaceOwner) {
    this.#room = room;
    this.#owner = owner;
  }

  /** It was told all there is, or nothing where nobody could tell; its join was sent at `sentMs`. */
  joined(state: Values | undefined, sentMs: number): undefined {
    this.#values.clear();
    this.#events = 0;
    this.#joinedMs = sentMs;
    if (state !== undefined) this.#take(state);
  }

  /** It was told what has changed. */
  changed(values: Values, nowMs: number): undefined {
    this.#events += 1;
    const most = (nowMs - this.#joinedMs) / defaultLimits.stateIntervalMs + 1;
    if (this.#events > most) this.#fail(`${this.#events} state events within ${nowMs - this.#joinedMs} ms`);
    this.#take(values);
  }

  /** What is wrong with it, once nothing changes any more. */
  get wrong(): string | undefined {
    const { states } = this.#owner.ledger;
    const last = states.placeOf(this.#room, states.present(this.#room), 0);
    const here = states.placeOf(this.#room, this.#values, 0);
    return here !== undefined && here === last ? undefined : `takes ${show(this.#values)} for the state`;
  }

  #take(values: Values): undefined {
    for (const [key, value] of Object.entries(values)) {
      if (value === null) this.#values.delete(key);
      else this.#values.set(key, JSON.stringify(value));
    }
    const place = this.#owner.ledger.states.placeOf(this.#room, this.#values, this.#place);
    if (place === undefined) return this.#fail(`was shown ${show(this.#values)}, which it never was`);
    if (place < 0) return this.#fail(`was shown ${show(this.#values)}, which is older than what it had seen`);
    this.#place = place;
  }

  #fail(text: string): undefined {
    this.#owner.ledger.fail("state", this.#owner.name, `${this.#room}: ${text}`);
  }
}

function show(values: ReadonlyMap<string, string>): string {
  return `{${[...values].map(([key, value]) => `${key}: ${value}`).join(", ")}}`;
}
