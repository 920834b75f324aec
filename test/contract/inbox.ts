import { safeParse } from "valibot";
import { type EventType, eventSchemas, type ServerEvent, type Tombstone } from "../../src/actors/wire/mod.ts";
import { entryOrder } from "./entry-order.ts";
import { outOfPatience } from "./patience.ts";

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
  // By type: whoever waits for one of few must not look through thousands of others at each that comes.
  const untaken = new Map<EventType, ServerEvent[]>();
  const violations: string[] = [];
  const watchers = new Set<() => void>();
  const place = entryOrder();
  let ended: Closed | undefined;
  let cameMs = performance.now();

  function takeFirst<T extends EventType>(type: T, fits: (event: EventOf<T>) => boolean): EventOf<T> | undefined {
    const waiting = untaken.get(type) ?? [];
    const at = waiting.findIndex((event) => fits(event as EventOf<T>));
    return at < 0 ? undefined : (waiting.splice(at, 1)[0] as EventOf<T>);
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
    untaken: <T extends EventType>(type: T) => [...(untaken.get(type) ?? [])] as EventOf<T>[],
    receive(value) {
      const event = value as ServerEvent;
      if (typeof event !== "object" || event === null || !Object.hasOwn(eventSchemas, event.type)) {
        violations.push(`an unknown event: ${JSON.stringify(value).slice(0, 200)}`);
        return;
      }
      check(event);
      events.push(event);
      const alike = untaken.get(event.type);
      if (alike === undefined) untaken.set(event.type, [event]);
      else alike.push(event);
      cameMs = performance.now();
      for (const look of watchers) look();
    },
    end(closed) {
      ended = closed;
      for (const look of watchers) look();
    },
    next(type, fits = () => true, withinMs = deadlineMs) {
      return new Promise((resolve, reject) => {
        const { length } = events;
        const stop = (): void => {
          callOff();
          watchers.delete(look);
        };
        const fail = (why: string): void => {
          stop();
          const last = events.slice(-6).map((event) => JSON.stringify(event).slice(0, 160));
          const since = `${events.length - length} events since, the last ${(performance.now() - cameMs).toFixed(0)} ms ago`;
          reject(new Error(`Cannot see "${type}": ${why}; ${since}; these were\n${last.join("\n") || "none"}`));
        };
        const look = (): void => {
          const found = takeFirst(type, fits);
          if (found !== undefined) {
            stop();
            resolve(found);
          } else if (ended !== undefined) fail(`closed with ${ended.code} ${ended.reason}`);
        };
        const callOff = outOfPatience(withinMs, () => fail(`none within ${withinMs} ms`));
        watchers.add(look);
        look();
      });
    },
  };
}
