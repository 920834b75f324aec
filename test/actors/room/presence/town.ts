import { ActorSystem } from "../../../../src/actors/kernel/mod.ts";
import {
  type Bus,
  journal,
  type Neighbourhood,
  neighbourhood,
  type Proposal,
  presence,
  type Records,
  type RoomLayer,
  type RoomsMessage,
  rooms,
} from "../../../../src/actors/room/mod.ts";
import { defaultLimits, type Limits, type RoomCount } from "../../../../src/actors/wire/mod.ts";
import { type ActorRef, MemoryHub, MemoryRecords, MemoryStore } from "../../../../src/mod.ts";
import { Stage } from "../../../../src/testing/mod.ts";
import { Attendee } from "../attendee.ts";

/** A node of a town, and what can be done to it. */
export interface House {
  readonly name: string;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly neighbours: Neighbourhood;
  /** Whether it is cut off from the others: nothing is said or heard, and no record is reached. */
  cut: boolean;
  /** Decides whether something that comes from elsewhere, under a topic, is lost on the way. */
  loses: (topic: string) => boolean;
  /** How often it has said something to the others. */
  said: number;
  /** It is no more, from one moment to the next. */
  kill(): void;
}

/** Nodes that share a log, records and a bus on one stage. */
export class Town {
  readonly stage: Stage = new Stage();
  readonly #store = new MemoryStore({ newEpoch: () => "epoch" });
  readonly #records = new MemoryRecords(this.stage.clock);
  readonly #hub = new MemoryHub();
  readonly #limits: Limits;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Starts nodes, which then know of each other. */
  async start(...names: readonly string[]): Promise<readonly House[]> {
    const houses = names.map((name) => this.#start(name));
    await this.stage.advance(4_000);
    return houses;
  }

  /** Someone comes in on a node. */
  async member(house: House, name: string, room = "lobby"): Promise<Attendee> {
    const attendee = this.enter(house, name, room);
    await this.stage.advance(0);
    return attendee;
  }

  /** Someone asks to come in. */
  enter(house: House, name: string, room = "lobby"): Attendee {
    const attendee = new Attendee(name);
    const answer = (text: string): undefined => attendee.reply(text);
    const enter = { type: "enter", listener: attendee, id: undefined, answer, since: undefined, history: 0 } as const;
    const reply = (ref: Attendee["room"]): undefined => {
      attendee.room = ref;
    };
    house.rooms.tell({ type: "enter", room, enter, reply });
    return attendee;
  }

  /** Whoever is in a room by what a node says to one who asks. */
  async members(attendee: Attendee): Promise<readonly string[]> {
    let text = "";
    const answer = (said: string): undefined => {
      text = said;
    };
    attendee.room?.tell({ type: "members", listener: attendee, id: undefined, answer, limit: 100, cursor: undefined });
    await this.stage.settle();
    return namesIn(JSON.parse(text).members);
  }

  /** The rooms that a node lists. */
  async list(
    house: House,
    query: Partial<Extract<RoomsMessage, { type: "list" }>> = {},
  ): Promise<readonly RoomCount[]> {
    let found: readonly RoomCount[] = [];
    const reply: Extract<RoomsMessage, { type: "list" }>["reply"] = (page) => {
      found = page.rooms;
    };
    house.rooms.tell({ type: "list", prefix: "", limit: 100, cursor: undefined, ...query, reply });
    await this.stage.advance(1_000);
    return found;
  }

  #start(name: string): House {
    const { ports } = this.stage.system;
    const system = new ActorSystem(ports, {});
    let dead = false;
    const isOff = (): boolean => dead || house.cut;
    const bus = this.#hub.connect();
    const faulty: Bus = {
      publish: (topic, message) => {
        house.said += 1;
        if (!isOff()) bus.publish(topic, message);
      },
      subscribe: (topic, onMessage) =>
        bus.subscribe(topic, (message) => void (!isOff() && !house.loses(topic) && onMessage(message))),
      close: () => bus.close(),
    };
    const log = this.#store.connect({ shared: true });
    const neighbours = neighbourhood(system, { records: reached(this.#records, isOff), node: name });
    const journalRef = system.spawn(journal<Proposal>(log), { name: "journal" });
    const parts = { log, bus: faulty, nodes: neighbours.nodes, journal: journalRef, limits: this.#limits };
    const house: House = {
      name,
      rooms: system.spawn(rooms({ ...parts, layers: [presence, failing] }), { name: "rooms" }),
      neighbours,
      cut: false,
      loses: () => false,
      said: 0,
      kill() {
        dead = true;
        void system.shutdown();
      },
    };
    return house;
  }
}

/** What a room fails over. */
export const poison = { type: "own", layer: "failing", message: undefined } as const;

const failing: RoomLayer = () => (_, next) => (message) => {
  if (message.type === "own" && message.layer === "failing") throw new Error("Cannot go on: it was told to fail");
  return next(message);
};

/** Who a member takes for members, from its `joined` and every `presence` since. */
export function believed(attendee: Attendee): readonly string[] {
  const members = new Set<string>();
  for (const event of attendee.of("joined", "presence")) {
    if (event.type === "joined") members.clear();
    for (const name of namesIn(event[event.type === "joined" ? "members" : "joined"])) members.add(name);
    for (const id of (event["left"] ?? []) as string[]) members.delete(id.slice("guest:".length));
  }
  return [...members].sort();
}

/** Whether a member was ever told that somebody has left. */
export function sawLeaving(attendee: Attendee, name: string): boolean {
  return attendee.of("presence").some(({ left }) => ((left ?? []) as string[]).includes(`guest:${name}`));
}

function namesIn(members: unknown): readonly string[] {
  return ((members ?? []) as { readonly name: string }[]).map(({ name }) => name).sort();
}

function reached(records: Records, isOff: () => boolean): Records {
  const ask = <T>(answer: () => Promise<T>): Promise<T> =>
    isOff() ? Promise.reject(new Error("Cannot reach the records")) : answer();
  return {
    get: (key) => ask(() => records.get(key)),
    list: (prefix, options) => ask(() => records.list(prefix, options)),
    put: (key, value, options) => ask(() => records.put(key, value, options)),
    delete: (key, options) => ask(() => records.delete(key, options)),
    add: (key, amount, options) => ask(() => records.add(key, amount, options)),
    watch: (prefix, onChange) => records.watch(prefix, onChange),
    close: () => Promise.resolve(),
  };
}
