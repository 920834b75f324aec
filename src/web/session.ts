import { type Client, connect, type Message, type RoomCount, type Tombstone } from "../client/mod.ts";
import { OpenRoom } from "./open-room.ts";
import { type ReadPosition, remember, rememberedReads } from "./preferences.ts";
import type { Destination } from "./tray.ts";

/** Who hears of a session. */
export interface SessionOptions {
  /** Where the server's routes are. */
  readonly base: URL;
  readonly changed: () => void;
  readonly heard: (room: OpenRoom, message: Message | Tombstone) => void;
  readonly reset: (room: OpenRoom) => void;
}

/** So many rooms that others are in are listed. */
const LISTED_ROOMS = 100;

/** What the page is about: a connection, the rooms joined through it, and the one that is looked at. */
export class Session {
  readonly #options: SessionOptions;
  readonly #rooms = new Map<string, OpenRoom>();
  readonly #read: Map<string, ReadPosition>;
  #client: Client | undefined;
  #current: OpenRoom | undefined;
  #directory: readonly RoomCount[] = [];
  #token: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#read = new Map(rememberedReads());
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get current(): OpenRoom | undefined {
    return this.#current;
  }

  get rooms(): readonly OpenRoom[] {
    return [...this.#rooms.values()];
  }

  /** The rooms of the server, and how many are in each. */
  get directory(): readonly RoomCount[] {
    return this.#directory;
  }

  get me(): string | undefined {
    return this.#client?.snapshot().user?.id;
  }

  /** Connects under a name, and joins rooms: those that are open already, or else these. */
  begin(name: string | undefined, rooms: readonly string[]): undefined {
    const names = this.#rooms.size > 0 ? [...this.#rooms.keys()] : rooms;
    const current = this.#current?.name ?? names[0];
    const drafts = new Map(this.rooms.map((room) => [room.name, room.draft]));
    this.#client?.close();
    this.#rooms.clear();
    const token = this.#token;
    this.#client = connect(new URL("ws", this.#options.base), {
      ...(name !== undefined && { name }),
      ...(token !== undefined && { token }),
    });
    this.#client.subscribe(this.#options.changed);
    this.#client.addEventListener("welcome", () => this.list());
    for (const each of names) this.#join(each).draft = drafts.get(each) ?? "";
    if (current !== undefined) this.open(current);
  }

  /** Goes on as whom a token names. */
  signIn(token: string): undefined {
    this.#token = token;
    this.#client?.authenticate(token);
  }

  /** Where files go, and on whose behalf. */
  get destination(): Destination | undefined {
    const user = this.#client?.snapshot().user;
    const room = this.#current?.name;
    if (user === undefined || room === undefined) return undefined;
    return { base: this.#options.base, room, name: user.guest ? user.name : undefined, token: this.#token };
  }

  /** Looks at a room, joined if it has to be. */
  open(name: string): undefined {
    this.#current = this.#rooms.get(name) ?? this.#join(name);
    remember("rooms", [...this.#rooms.keys()]);
    this.#options.changed();
  }

  leave(name: string): undefined {
    this.#rooms.get(name)?.room.leave();
    this.#rooms.delete(name);
    remember("rooms", [...this.#rooms.keys()]);
    if (this.#current?.name === name) this.#current = this.rooms[0];
    this.#options.changed();
  }

  /** Asks which rooms there are; who can't be told now asks again later. */
  list(): undefined {
    const client = this.#client;
    if (client?.snapshot().status.type !== "live") return;
    client.rooms({ limit: LISTED_ROOMS }).then(
      ({ rooms }) => {
        this.#directory = rooms;
        this.#options.changed();
      },
      () => undefined,
    );
  }

  /** Remembers how far a room was read. */
  keep({ name, unread }: OpenRoom): undefined {
    const known = this.#read.get(name);
    const { read } = unread;
    if (read === undefined || (known?.epoch === read.epoch && known.seq === read.seq)) return;
    this.#read.set(name, read);
    remember("read", Object.fromEntries(this.#read));
  }

  #join(name: string): OpenRoom {
    const { changed, heard, reset } = this.#options;
    const client = this.#client as Client;
    const opened = new OpenRoom(client.room(name), {
      read: this.#read.get(name),
      me: () => this.me,
      changed,
      heard,
      reset,
    });
    this.#rooms.set(name, opened);
    return opened;
  }
}
