import type { RoomsEvent, RoomsQuery, ServerEvent, Welcome } from "../actors/wire/mod.ts";
import type { ClientEvents, ClientState, ClientStatus } from "./client-state.ts";
import { dialer } from "./dialer.ts";
import { does, errands } from "./errands.ts";
import type { Line } from "./line.ts";
import type { Membership } from "./membership.ts";
import type { Address, ConnectOptions, TokenSource } from "./options.ts";
import type { ClientPorts } from "./ports.ts";
import { newRoom, type Room } from "./room.ts";
import type { RoomEvent } from "./room-state.ts";
import { newStore, type Store } from "./store.ts";

/** A connection to a server that mends itself, and the rooms joined through it. */
export interface Client extends Store<ClientState, ClientEvents> {
  /** The room of a name, joined as soon as it can be: the same object until it is left. */
  room(name: string): Room;
  /** A page of the rooms that one may read, and how many members they have. */
  rooms(query?: Pick<RoomsQuery, "prefix" | "limit" | "cursor">): Promise<Pick<RoomsEvent, "rooms" | "cursor">>;
  /** Connects now, whatever there is to wait for. */
  reconnect(): void;
  /** Goes on with other credentials. */
  authenticate(token: TokenSource): void;
  /** Closes the connection for good; what was not sent yet fails. */
  close(): void;
}

/** What a client is made of. */
export interface ClientOptions extends ConnectOptions {
  readonly address: Address;
  readonly ports: ClientPorts;
}

/** Makes a client, which connects at once. */
export function newClient(options: ClientOptions): Client {
  const { ports, history = 50, keep = 1_000 } = options;
  const rooms = new Map<string, { readonly room: Room; readonly membership: Membership }>();
  const questions = errands(ports);
  /** Tells the keys of this client from those of the others. */
  const instance = ports.random().toString(36).slice(2);
  let keys = 0;
  let line: Line | undefined;
  let state = {} as ClientState; // it has its status once it connects, which is below
  const { store, changed, tell } = newStore<ClientState, ClientEvents>(() => state);

  function each(act: (membership: Membership) => void): undefined {
    for (const { membership } of rooms.values()) act(membership);
  }

  function became(status: ClientStatus): undefined {
    state = { ...state, status };
    changed();
    if (status.type !== "closed" || status.comeback === "credentials") return;
    questions.fail("closed");
    each(({ fail }) => fail("closed"));
  }

  function connected(by: Line, welcome: Welcome): undefined {
    line = by;
    state = { ...state, ...welcome };
    tell("welcome", welcome);
    questions.open(by.ask);
    each((membership) => membership.connected(by));
  }

  function shut(how: "lost" | "paused"): undefined {
    line = undefined;
    questions.shut();
    each((membership) => membership[how]());
  }

  function happened(event: ServerEvent): undefined {
    const { room } = event as RoomEvent;
    if (room) {
      rooms.get(room)?.membership.handle(event as RoomEvent);
      return;
    }
    if (event.type === "draining") {
      shut("paused");
      draining(event.reconnect);
    }
    if (event.type === "expiring") renew();
    tell(event.type as keyof ClientEvents, event as never);
  }

  const { connect, close, authenticate, renew, draining, fault } = dialer({
    ...options,
    onStatus: became,
    onLine: connected,
    onEvent: happened,
    onLost: () => shut("lost"),
  });
  connect();

  return {
    ...store,
    room(name) {
      let known = rooms.get(name);
      if (!known) {
        known = newRoom({
          ...options,
          room: name,
          history,
          keep,
          client: () => state,
          fault,
          newKey: () => `${instance}-${(keys += 1)}`,
          left: () => rooms.delete(name),
        });
        rooms.set(name, known);
        if (line) known.membership.connected(line);
      }
      return known.room;
    },
    rooms: (query) => does(questions, { type: "rooms", ...query }) as Promise<RoomsEvent>,
    reconnect: connect,
    authenticate,
    close,
  };
}
