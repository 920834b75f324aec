/** What happens, one after the other. */
export interface EventStream<Event> {
  /** For `for await`: it waits where nothing has happened, and ends where nothing more will. */
  readonly events: AsyncIterableIterator<Event, undefined>;
  push(event: Event): void;
  /** Nothing more will happen; what has happened is still handed out. */
  end(): void;
}

/** Makes a stream on which at most `limit` events wait: it throws a `RangeError` to who reads too slowly, and tells `onEnd`. */
export function eventStream<Event>(limit: number, onEnd: () => void): EventStream<Event> {
  const waiting: Event[] = [];
  let wake: (() => void) | undefined;
  let isOver = false;
  let isBehind = false;

  async function* iterate(): AsyncGenerator<Event, undefined> {
    try {
      for (;;) {
        for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event;
        if (isBehind) throw new RangeError(`Cannot go on: ${limit} events wait`);
        if (isOver) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      onEnd();
    }
  }

  return {
    events: iterate(),
    push(event) {
      if (isBehind) return;
      if (waiting.length < limit) waiting.push(event);
      else isBehind = true;
      wake?.();
    },
    end() {
      isOver = true;
      wake?.();
    },
  };
}
