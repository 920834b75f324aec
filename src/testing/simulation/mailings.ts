import type { Ack } from "../../actors/wire/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Publish } from "./ledger.ts";
import { publish as say } from "./saying.ts";

/** How many words are repeated at once, and how soon others after them. */
const AT_ONCE = 8;
const AGAIN_MS = 1_000;

/** So many of a client's last words are held against each other. */
const REMEMBERED = 64;

/** What a client has to say: kept until it knows what became of it, and repeated under its key. */
export class Mailings {
  readonly #client: SimulatedClient;
  readonly #unsettled = new Set<Publish>();
  readonly #insisted = new Set<Publish>();
  readonly #said: { connection: number; room: string; epoch: string; id: number; seq: number }[] = [];
  #armed = false;
  #count = 0;

  constructor(client: SimulatedClient) {
    this.#client = client;
  }

  /** Says something new. */
  say(
    room: string,
    { keyed, units, data }: { readonly keyed: boolean; readonly units: number; readonly data: boolean },
  ): Publish {
    const { ledger } = this.#client.options;
    this.#count += 1;
    const name = `${this.#client.name}-${this.#count}`;
    const publish: Publish = {
      room,
      user: this.#client.user,
      content: `${name} ${"~".repeat(units)}`,
      data: data ? this.#count : undefined,
      key: keyed ? name : undefined,
      outcome: "open",
      doubtful: false,
      seq: undefined,
    };
    ledger.publishes.push(publish);
    say(this.#client, publish);
    return publish;
  }

  /** It stands in the log; what this connection has said stands there in the order in which it said it. */
  acknowledged(publish: Publish, id: number, { seq = 0, duplicate }: Ack): undefined {
    const { ledger } = this.#client.options;
    const { name, connection } = this.#client;
    const { room } = publish;
    this.#unsettled.delete(publish);
    const epoch = ledger.acknowledged(name, publish, seq);
    if (duplicate === true || publish.doubtful || epoch === undefined) return;
    for (const said of this.#said) {
      if (said.connection !== connection || said.room !== room || said.epoch !== epoch) continue;
      if (said.id < id === said.seq < seq) continue;
      return ledger.fail("reordered", name, `${room}: #${said.id} is ${said.seq}, #${id} is ${seq}`);
    }
    this.#said.push({ connection, room, epoch, id, seq });
    if (this.#said.length > REMEMBERED) this.#said.shift();
  }

  /** Has something said until it is acknowledged. */
  insist(room: string): undefined {
    this.#insisted.add(this.say(room, { keyed: true, units: 1, data: false }));
  }

  /** What was insisted on, and was not acknowledged. */
  get waiting(): readonly Publish[] {
    return [...this.#insisted].filter(({ outcome }) => outcome !== "ok");
  }

  /** It was not done, or nobody can tell whether it was. */
  refused(publish: Publish, unknown: boolean): undefined {
    if (unknown) return this.unanswered(publish);
    publish.outcome = "failed";
    if (publish.key !== undefined && (publish.doubtful || this.#insisted.has(publish))) this.#later(publish);
  }

  /** It cannot be said at present. */
  postponed(publish: Publish): undefined {
    if (publish.key !== undefined) this.#later(publish);
  }

  /** Nobody can tell what became of it. */
  unanswered(publish: Publish): undefined {
    if (publish.outcome === "ok") return;
    publish.doubtful = true;
    if (publish.key !== undefined) this.#later(publish);
  }

  /** Repeats what has no known outcome, a few at a time, in the rooms that this client is in. */
  repeat(): undefined {
    const ready = [...this.#unsettled].filter(({ room }) => this.#client.places.get(room)?.state === "in");
    ready.sort((one, other) => Number(this.#insisted.has(other)) - Number(this.#insisted.has(one)));
    for (const publish of ready.slice(0, AT_ONCE)) {
      this.#unsettled.delete(publish);
      say(this.#client, publish);
    }
    if (this.#unsettled.size > 0) this.#arm();
  }

  #later(publish: Publish): undefined {
    this.#unsettled.add(publish);
    this.#arm();
  }

  #arm(): undefined {
    if (this.#armed) return;
    this.#armed = true;
    this.#client.options.timeline.after(AGAIN_MS, () => {
      this.#armed = false;
      this.repeat();
    });
  }
}
