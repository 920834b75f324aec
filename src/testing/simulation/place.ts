import type {
  Joined,
  Lagged,
  Live,
  MembersEvent,
  Message,
  Position,
  Presence,
  Redacted,
  Reset,
  Tombstone,
} from "../../actors/wire/mod.ts";
import { AudienceView } from "./audience-view.ts";
import type { Ledger } from "./ledger.ts";
import { pageFault } from "./page.ts";
import type { Request } from "./requests.ts";
import { StateView } from "./state-view.ts";

/** Whose place it is. */
export interface PlaceOwner {
  readonly name: string;
  readonly user: string;
  readonly ledger: Ledger;
  /** So many entries may come at a time. */
  readonly historyEntries: number;
  /** What lies between two announcements of who has come and gone. */
  readonly presenceIntervalMs: number;
}

/** One room from a client's side: where it is in its log, kept as a right client keeps it, and doubted at every step. */
export class Place {
  readonly room: string;
  readonly view: AudienceView = new AudienceView();
  readonly values: StateView;
  readonly #owner: PlaceOwner;
  state: "out" | "joining" | "in" | "leaving" = "out";
  /** Whether this client wants to be there. */
  wanted = true;
  /** The last entry that it has, through drops and joins. */
  position: Position | undefined;
  lagged = false;
  /** Whether it was taken out while it was leaving. */
  #taken = false;
  /** Tells one stay from the next. */
  stay = 0;
  /** How often it was told who came and went since it joined, and when it had asked for that. */
  #told = 0;
  #askedMs = 0;
  /** Since when it is in, as the ledger's clock has it. */
  sinceMs = 0;

  constructor(room: string, owner: PlaceOwner) {
    this.room = room;
    this.#owner = owner;
    this.values = new StateView(room, owner);
  }

  /** The connection is gone; what was received stays. */
  lost(): undefined {
    this.#taken = false;
    this.state = "out";
    this.lagged = false;
  }

  /** It could not be left. */
  stayed(): undefined {
    if (this.state === "leaving") this.state = this.#taken ? "out" : "in";
    this.#taken = false;
    this.wanted = true;
  }

  joined(event: Joined, { since, most, sentMs }: Extract<Request, { readonly type: "join" }>): undefined {
    const { epoch, seq, recovered, messages, oldest } = event;
    if (this.state !== "joining") this.#fail("protocol", "joined, and had not asked to");
    if ((recovered !== undefined) !== (since !== undefined)) this.#fail("protocol", "recovered goes with since");
    const reachable = since !== undefined && since.epoch === epoch && since.seq >= oldest - 1 && since.seq <= seq;
    if (recovered === true && !reachable)
      this.#fail("lie", `recovered ${spell(since)} from ${epoch}/${oldest}..${seq}`);
    if (recovered === false && reachable)
      this.#fail("lie", `not recovered: ${spell(since)} from ${epoch}/${oldest}..${seq}`);
    const first = messages[0]?.seq;
    if (recovered === true && since !== undefined && first !== undefined && first !== since.seq + 1) {
      this.#fail("skipped", `joined with ${first} behind ${spell(since)}`);
    }
    const fault = pageFault(messages, recovered === true ? this.#owner.historyEntries : most);
    if (fault !== undefined) this.#fail("skipped", `joined with ${fault}`);
    for (const entry of messages) this.#shown({ epoch, seq: messages.at(-1)?.seq ?? 0 }, entry);
    const last = messages.at(-1)?.seq ?? (recovered === true ? since?.seq : undefined) ?? seq;
    if (last > seq) this.#fail("lie", `joined at ${seq} with entries up to ${last}`);
    this.state = "in";
    this.stay += 1;
    this.sinceMs = this.#owner.ledger.now;
    this.lagged = false;
    this.position = { epoch, seq: last };
    this.view.joined(event);
    this.#told = 0;
    this.#askedMs = sentMs;
  }

  entry(event: Message | Tombstone | Redacted): undefined {
    if (!this.#inside(event.type)) return;
    const { epoch, seq } = this.position as Position;
    if (event.seq !== seq + 1) {
      this.#fail(event.seq <= seq ? "duplicated" : "skipped", `${event.seq} comes behind ${epoch}/${seq}`);
    }
    this.position = { epoch, seq: event.seq };
    this.#shown(this.position, event);
  }

  reset({ epoch, seq, oldest, reason }: Reset): undefined {
    if (!this.#inside("reset")) return;
    const before = this.position as Position;
    if (reason === "epoch" && epoch === before.epoch)
      this.#fail("lie", `reset for a new epoch, which is ${epoch} still`);
    if (reason === "trimmed" && (epoch !== before.epoch || oldest <= before.seq + 1)) {
      this.#fail("lie", `reset as trimmed to ${oldest} at ${spell(before)}`);
    }
    this.position = { epoch, seq };
  }

  lag(event: Lagged | Live): undefined {
    if (!this.#inside(event.type)) return;
    const now = event.type === "lagged";
    if (this.lagged === now) this.#fail("protocol", `${event.type} twice`);
    if (event.seq !== this.position?.seq)
      this.#fail("lie", `${event.type} at ${event.seq}, being at ${spell(this.position)}`);
    this.lagged = now;
    // Whoever is live again after a while may be told that there were counts, and that names are back: twice for once.
    if (!now) this.#told -= 1;
  }

  listed(event: MembersEvent): undefined {
    // Whoever has asked may be told of its own what has changed meanwhile.
    this.#told -= 1;
    if (event.cursor === undefined) this.view.listed(event);
  }

  presence(event: Presence): undefined {
    const { ledger, presenceIntervalMs } = this.#owner;
    if (!this.#inside("presence")) return;
    this.view.changed(event);
    this.#told += 1;
    // One comes before the first interval is over, and one says that there are only counts.
    const sinceMs = ledger.now - this.#askedMs;
    if (this.#told <= sinceMs / presenceIntervalMs + 2) return;
    this.#fail("presence", `is told too often: once more than may be in ${sinceMs} ms`);
  }

  /** The server says how far it has sent; the rest may still be on its way. */
  head({ epoch, seq }: Position): undefined {
    const at = this.position;
    if (at === undefined || this.state !== "in" || epoch !== at.epoch) return;
    if (seq < at.seq) this.#fail("lie", `the pong says ${seq}, being at ${spell(at)}`);
    if (seq > this.#owner.ledger.head(this.room, epoch)) this.#fail("lie", `the pong says ${seq}, which is not there`);
  }

  #inside(what: string): boolean {
    if ((this.state === "in" || this.state === "leaving") && this.position !== undefined) return true;
    this.#fail("protocol", `${what} without being a member`);
    return false;
  }

  /** Somebody has taken this client out. */
  kicked(): undefined {
    // The answer to a leave that was on its way still comes.
    if (this.state === "leaving") this.#taken = true;
    else if (this.state === "in") this.lost();
    else this.#fail("protocol", "kicked without being a member");
  }

  #shown(at: Position, event: Message | Tombstone | Redacted): undefined {
    const { ledger, name, user } = this.#owner;
    if (event.room !== this.room) this.#fail("protocol", `an entry of ${event.room}`);
    ledger.shown(name, user, at.epoch, event);
    if (event.type === "message") ledger.sanctions.shown(name, event, at);
  }

  #fail(kind: Parameters<Ledger["fail"]>[0], text: string): undefined {
    this.#owner.ledger.fail(kind, this.#owner.name, `${this.room}: ${text}`);
  }
}

function spell(position: Position | undefined): string {
  return position === undefined ? "nowhere" : `${position.epoch}/${position.seq}`;
}
