import { safeParse } from "valibot";
import { type EventType, eventSchemas, type ServerEvent, type Tombstone } from "../../src/actors/wire/mod.ts";
import { entryOrder } from "./entry-order.ts";

/** An event of one type; a message is a whole one here, since nothing is redacted in this suite. */
export type EventOf<T extends EventType> = Extract<Exclude<ServerEvent, Tombstone>, { readonly type: T }>;

/** Why a connection ended. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What a connection has received: kept until a test takes it, and held to its schema and to its room's order. */
export interface Inbox {
  /** Every event there was, in the order it came. */
  readonly events: readonly ServerEvent[];
  /** What broke the contract so far: unknown events, fields off their schema, gaps and repeats. */
  readonly violations: string[];
  /** The next event of a type that no test has taken yet, and that fits. Others stay for later. */
  next<T extends EventType>(type: T, fits?: (event: EventOf<T>) => boolean, withinMs?: number): Promise<EventOf<T>>;
  /** The events of a type that came and that no test has taken. */
  untaken<T extends EventType>(type: T): EventOf<T>[];
  /** Takes in what came, whatever it is. */
  receive(value: unknown): void;
  /** Nothing more comes. */
  end(closed: Closed): void;
}

/** How long a test waits for what it expects. */
export const deadlineMs = 10_000;

/** An empty inbox; `sinceOf` tells where a room's next join says to continue. */
export function inbox(sinceOf: (room: string) => number | undefined): Inbox {
  const events: ServerEvent[] = [];
  const untaken: ServerEvent[] = [];
  const violations: string[] = [];
  const watchers = new Set<() => void>();
  const place = entryOrder();
  let ended: Closed | undefined;

  function takeFirst<T extends EventType>(type: T, fits: (event: EventOf<T>) => boolean): EventOf<T> | undefined {
    const at = untaken.findIndex((event) => event.type === type && fits(event as EventOf<T>));
    return at < 0 ? undefined : (untaken.splice(at, 1)[0] as EventOf<T>);
  }

  function check(event: ServerEvent): void {
    const checked = safeParse(eventSchemas[event.type], event);
    if (!checked.success) {
      violations.push(`${event.type}: ${checked.issues[0].message} in ${JSON.stringify(event).slice(0, 300)}`);
    }
    const room = "room" in event ? (event.room ?? "") : "";
    const broken = place(event as Parameters<typeof place>[0], event.type === "joined" ? sinceOf(room) : undefined);
    if (broken !== undefined) violations.push(broken);
  }

  return {
    events,
    violations,
    untaken: <T extends EventType>(type: T) => untaken.filter((event) => event.type === type) as EventOf<T>[],
    receive(value) {
      const event = value as ServerEvent;
      if (typeof event !== "object" || event === null || !Object.hasOwn(eventSchemas, event.type)) {
        violations.push(`an unknown event: ${JSON.stringify(value).slice(0, 200)}`);
        return;
      }
      check(event);
      events.push(event);
      untaken.push(event);
      for (const look of watchers) look();
    },
    end(closed) {
      ended = closed;
      for (const look of watchers) look();
    },
    next(type, fits = () => true, withinMs = deadlineMs) {
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(deadline);
          watchers.delete(look);
        };
        const fail = (why: string): void => {
          stop();
          const last = events.slice(-6).map((event) => JSON.stringify(event).slice(0, 160));
          reject(new Error(`Cannot see "${type}": ${why}; the last events were\n${last.join("\n") || "none"}`));
        };
        const look = (): void => {
          const found = takeFirst(type, fits);
          if (found !== undefined) {
            stop();
            resolve(found);
          } else if (ended !== undefined) fail(`closed with ${ended.code} ${ended.reason}`);
        };
        const deadline = setTimeout(() => fail(`none within ${withinMs} ms`), withinMs);
        watchers.add(look);
        look();
      });
    },
  };
}
