import {
  type Host,
  hosting,
  journal,
  type Proposal,
  presence,
  type Records,
  type RoomLayer,
  type RoomsMessage,
  rooms,
  state,
} from "../../../src/actors/room/mod.ts";
import { defaultLimits, type Grant, type Limits } from "../../../src/actors/wire/mod.ts";
import { type ActorRef, MemoryHub, MemoryRecords, MemoryStore } from "../../../src/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { Attendee } from "./attendee.ts";

/** How quarters differ from the default ones. */
export interface QuartersOptions {
  readonly limits?: Partial<Limits>;
  readonly layers?: readonly RoomLayer[];
  readonly hosts?: readonly Host[];
  /** Whether nodes take the log for one that others append to as well. */
  readonly shared?: boolean;
}

/** Rooms of one or several nodes on a stage, over one log and one set of records, without connections. */
export class Quarters {
  readonly stage: Stage = new Stage();
  readonly store: MemoryStore = new MemoryStore({ newEpoch: () => "epoch" });
  readonly records: MemoryRecords = new MemoryRecords(this.stage.clock);
  readonly #hub = new MemoryHub();
  readonly #options: QuartersOptions;

  constructor(options: QuartersOptions = {}) {
    this.#options = options;
  }

  /** Starts a node; `records` where it has others than the common ones, or sees those in another way. */
  start(
    node: string,
    own: { readonly records?: Records; readonly hosts?: readonly Host[] } = {},
  ): ActorRef<RoomsMessage> {
    const { limits, layers = [], shared = false } = this.#options;
    const { records = this.records, hosts = this.#options.hosts ?? [] } = own;
    const log = this.store.connect({ shared });
    const { system } = this.stage;
    const journalRef = system.spawn(journal<Proposal>(log), { name: `${node}-journal` });
    const all = [state(records), presence, ...layers, hosting(hosts, { records, node })];
    const options = { log, bus: this.#hub.connect(), journal: journalRef, limits: { ...defaultLimits, ...limits } };
    return system.spawn(rooms({ ...options, layers: all }), { name: node });
  }

  /** Has someone ask to come in. */
  enter(registry: ActorRef<RoomsMessage>, attendee: Attendee, room = "lobby"): void {
    const answer = (text: string): undefined => attendee.reply(text);
    const enter = { type: "enter", listener: attendee, id: undefined, answer, since: undefined, history: 0 } as const;
    const reply = (ref: Attendee["room"]): undefined => {
      attendee.room = ref;
    };
    registry.tell({ type: "enter", room, enter, reply });
  }

  /** Someone has come in. */
  async member(
    registry: ActorRef<RoomsMessage>,
    name: string,
    { room = "lobby", grants }: { readonly room?: string; readonly grants?: readonly Grant[] } = {},
  ): Promise<Attendee> {
    const attendee = new Attendee(name, grants);
    this.enter(registry, attendee, room);
    await this.stage.settle();
    return attendee;
  }
}
