import type { Json, Values } from "../actors/wire/mod.ts";
import { does } from "./errands.ts";
import { type EventStream, eventStream } from "./event-stream.ts";
import type { Membership, MembershipOptions } from "./membership.ts";
import type { RoomEvent, RoomEvents, RoomState, Sending } from "./room-state.ts";
import { newStore, type Store } from "./store.ts";
import { takePart } from "./taking-part.ts";

/** A room, as one of its members has it. */
export interface Room extends Store<RoomState, RoomEvents>, AsyncIterable<RoomEvent> {
  readonly name: string;
  /** Says something: it is in the list at once, and is sent as soon as it can be, behind what was said before. */
  publish(content: string, options?: { readonly data?: Json }): Sending;
  /** Sends again what has `failed`; `undefined` where nothing by this key has. */
  retry(key: string): Sending | undefined;
  /** Takes a message out of the list that has `failed`, or that was never sent; answers whether it did. */
  discard(key: string): boolean;
  /** Tells the others something that nobody keeps; answers whether it could be said, and not whether anyone heard. */
  signal(name: string, data?: Json): boolean;
  /** Changes values of the room's state; `null` deletes one. */
  set(values: Values): Promise<void>;
  /** Takes the content of a message away. */
  redact(seq: number, reason?: string): Promise<void>;
  /** Brings older messages into the list, 50 unless it is said; answers whether there are more. */
  older(limit?: number): Promise<boolean>;
  /** Joins again, after this was refused or one was kicked. */
  join(): void;
  /** Leaves, for good: what was not sent yet fails, and the client makes a new room when it is asked for this one. */
  leave(): void;
  /** All that happens from now on; it throws a `RangeError` where more than `limit` events wait, 1,000 unless it is said. */
  events(options?: { readonly limit?: number }): AsyncIterableIterator<RoomEvent, undefined>;
}

/** What a room is made of. */
export interface RoomOptions extends Omit<MembershipOptions, "tell" | "changed"> {
  /** What a guest wants to be called: who one is until the server says so. */
  readonly name?: string;
  /** Makes a key that nobody else has. */
  readonly newKey: () => string;
  /** The room was left. */
  readonly left: () => void;
}

/** Makes a room, and what its client moves it by. */
export function newRoom(options: RoomOptions): { readonly room: Room; readonly membership: Membership } {
  const { room: name, name: guest = "", newKey, left, client, ports } = options;
  const streams = new Set<EventStream<RoomEvent>>();
  const { store, changed, tell } = newStore<RoomState, RoomEvents>(() => own.look());
  let bringing: Promise<boolean> | undefined;

  const own = takePart({
    ...options,
    changed,
    tell(event) {
      tell(event.type, event as never);
      for (const { push } of streams) push(event);
    },
  });
  const { sendings, deeds, say, look, older, join, leave } = own;

  function events({ limit = 1_000 } = {}): AsyncIterableIterator<RoomEvent, undefined> {
    const stream = eventStream<RoomEvent>(limit, () => streams.delete(stream));
    streams.add(stream);
    return stream.events;
  }

  /** Nothing more will happen, as far as anyone knows. */
  function over(): undefined {
    for (const { end } of streams) end();
  }

  async function act(command: Parameters<typeof does>[1]): Promise<void> {
    await does(deeds, command);
  }

  const room: Room = {
    ...store,
    name,
    publish(content, { data } = {}) {
      const key = newKey();
      const said = { key, content, data };
      const sender = client().user ?? { id: "", name: guest };
      const at = ports.clock.date();
      const message = { ...said, id: `~${key}`, state: "sending", own: true, sender, at } as const;
      return sendings.send(key, message, { type: "message", room: name, ...said });
    },
    retry: sendings.retry,
    discard: sendings.discard,
    signal: (signal, data) => say({ type: "signal", room: name, name: signal, data }),
    set: (values) => act({ type: "set", room: name, values }),
    redact: (seq, reason) => act({ type: "redact", room: name, seq, reason }),
    older: (limit = 50) =>
      (bringing ??= new Promise((resolve, reject) => {
        older(limit, (_, refusal) => {
          bringing = undefined;
          if (refusal) reject(refusal);
          else resolve(look().more);
        });
      })),
    join,
    leave() {
      left();
      leave();
      over();
    },
    events,
    [Symbol.asyncIterator]: () => events(),
  };
  return {
    room,
    membership: {
      ...own,
      fail(code) {
        own.fail(code);
        over();
      },
    },
  };
}
