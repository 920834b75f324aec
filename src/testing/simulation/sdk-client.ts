import type { Format } from "../../actors/wire/mod.ts";
import type { Client, ClientPorts, connect, Sending } from "../../client/mod.ts";
import type { Dice } from "./dice.ts";
import type { Ledger, Publish } from "./ledger.ts";
import type { LineTraits } from "./line.ts";
import type { Link } from "./link.ts";
import type { SimulatedNode } from "./node.ts";
import { sdkSocketClass } from "./sdk-socket.ts";
import { SdkView } from "./sdk-view.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";
import type { Transport } from "./transport.ts";
import type { Visitor } from "./visitor.ts";

/** What a client is made of. */
export interface SdkClientOptions {
  readonly name: string;
  readonly guest: string;
  readonly format: Format;
  readonly transport: Transport;
  readonly traits: LineTraits;
  readonly rooms: readonly string[];
  readonly history: number;
  readonly keep: number;
  readonly roomEntries: number;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly trace: Trace;
  readonly node: () => SimulatedNode | undefined;
  readonly connect: typeof connect;
}

/** An answer is a small thing, and so many may be under way. */
const UNANSWERED = { size: 64 };

/** What is no fault of the server's: the client gave it up by its own word. */
const OWN_WORD = ["left", "discarded"];

/** `greenroom/client` itself, on a simulated machine with a simulated network. */
export class SdkClient implements Omit<Visitor, "received" | "closed"> {
  readonly options: SdkClientOptions;
  readonly name: string;
  readonly user: string;
  readonly requests: { readonly size: number } = UNANSWERED;
  readonly views: Map<string, SdkView> = new Map();
  readonly client: Client;
  link: Link | undefined;
  node: SimulatedNode | undefined;
  #said = 0;
  #frozenUntil = 0;
  #online = true;
  #look: (() => void) | undefined;

  constructor(options: SdkClientOptions) {
    const { name, guest, history, keep, rooms } = options;
    this.options = options;
    this.name = name;
    this.user = `guest:${guest}`;
    this.client = options.connect("ws://greenroom.test/ws", { name: guest, history, keep, ports: this.#ports() });
    for (const room of rooms) this.enter(room);
  }

  note(what: string): undefined {
    this.options.trace.note(this.options.timeline.now, this.name, what);
  }

  /** Goes into a room. */
  enter(name: string): SdkView {
    const { ledger, keep, history, roomEntries } = this.options;
    const known = this.views.get(name);
    if (known !== undefined) return known;
    const view = new SdkView(this.client.room(name), {
      who: this.name,
      user: this.user,
      ledger,
      keep,
      history,
      roomEntries,
    });
    this.views.set(name, view);
    return view;
  }

  leave({ room }: SdkView): undefined {
    this.note(`leave ${room.name}`);
    this.views.delete(room.name);
    room.leave();
  }

  /** Says something new. */
  say(view: SdkView, { units, data }: { readonly units: number; readonly data: boolean }): undefined {
    const { room } = view;
    this.#said += 1;
    const content = `${this.name}-${this.#said} ${"~".repeat(units)}`;
    const number = data ? this.#said : undefined;
    const said = { room: room.name, user: this.user, content, data: number };
    const publish: Publish = { ...said, key: undefined, outcome: "open", doubtful: false, seq: undefined };
    this.options.ledger.publishes.push(publish);
    this.note(`say ${room.name} ${content.slice(0, 12)}`);
    this.#watch(view, publish, room.publish(content, number === undefined ? {} : { data: number }));
  }

  /** Has what happens to the client happen, unless it is frozen: then once it is no more. */
  turn(run: () => void): undefined {
    const { timeline } = this.options;
    if (this.#frozenUntil > timeline.now) {
      timeline.after(this.#frozenUntil - timeline.now, () => this.turn(run));
      return;
    }
    timeline.promised();
    run();
  }

  /** The page does nothing for a while. */
  freeze(ms: number): undefined {
    this.note(`is frozen for ${ms}`);
    this.#frozenUntil = Math.max(this.#frozenUntil, this.options.timeline.now + ms);
  }

  /** The network is gone for a while, and the browser says so. */
  offline(ms: number): undefined {
    this.note("is offline");
    this.link?.drop(undefined, undefined);
    this.#online = false;
    this.turn(() => this.#look?.());
    this.options.timeline.after(ms, () => {
      this.note("is online");
      this.#online = true;
      this.turn(() => this.#look?.());
    });
  }

  #watch({ room }: SdkView, publish: Publish, { done, key }: Sending): undefined {
    const { ledger } = this.options;
    this.views.get(room.name)?.sent(key);
    done.then(
      ({ seq }) => ledger.acknowledged(this.name, publish, seq),
      ({ code }: { readonly code: string }) => {
        publish.outcome = "failed";
        publish.doubtful = code !== "discarded";
        if (!OWN_WORD.includes(code)) ledger.fail("protocol", this.name, `was refused ${publish.content}: ${code}`);
      },
    );
  }

  #ports(): ClientPorts {
    const { timeline, dice, node, traits } = this.options;
    const { clock } = timeline;
    return {
      WebSocket: sdkSocketClass({
        visitor: this,
        node: () => {
          this.node = this.#online ? node() : undefined;
          return this.node;
        },
        turn: (run) => this.turn(run),
        later: (run) => void timeline.after(traits.latencyMs(), run),
        opened: (link) => {
          this.link = link;
        },
      }),
      clock: {
        now: () => clock.now(),
        date: () => Math.floor(clock.date()),
        after: (delayMs, run) => {
          let due = true;
          timeline.after(delayMs, () => this.turn(() => due && run()));
          return () => {
            due = false;
          };
        },
      },
      random: dice.fork().random,
      online: () => this.#online,
      watch: (look) => {
        this.#look = look;
        return () => {
          this.#look = undefined;
        };
      },
    };
  }
}

/** What a room is, which may be refused while it is being left. */
export function unheeded(promise: Promise<unknown>): undefined {
  promise.catch(() => undefined);
}
