/** What is looked for. */
export type Fault =
  /** Acknowledged and not where that said, or in the log and not shown. */
  | "lost"
  /** Said once, and there or shown more than once. */
  | "duplicate"
  /** What one client said stands in another order, or an entry is shown where another was due. */
  | "reordered"
  /** Two who look at the same place see different things. */
  | "disagreement"
  /** There, and nobody has said it. */
  | "phantom"
  /** A server told what is not so, or what the protocol does not know. */
  | "lie"
  | "presence"
  | "late"
  | "host"
  /** A server failed, which no fault explains. */
  | "crash";

/** A promise that was broken. */
export interface Violation {
  readonly fault: Fault;
  readonly who: string;
  readonly text: string;
}

/** An entry of a log. */
export interface Shown {
  readonly seq: number;
  readonly content: string;
}

/** What is known of one room, from all who are in it. */
interface Page {
  /** What was shown at each place, to whom first. */
  readonly shown: (Shown & { readonly who: string })[];
  /** What was said, and where it stands once it is acknowledged. */
  readonly said: Map<string, number | undefined>;
  /** What was said by somebody who did not stay for the answer. */
  readonly open: Set<string>;
}

/** A message that a client has said: who, as the how manyth, and when on this machine's clock in ms. */
export interface Saying {
  readonly who: string;
  readonly rank: number;
  readonly atMs: number;
}

/** A saying as the content of a message: like no other's, and the same however often it is repeated. */
export function contentOf({ who, rank, atMs }: Saying): string {
  return `${who} ${rank} ${atMs.toFixed(0)}`;
}

/** What a content says of itself. */
export function sayingOf(content: string): Saying {
  const [who = "", rank = "", atMs = ""] = content.split(" ");
  return { who, rank: Number(rank), atMs: Number(atMs) };
}

/**
 * What all clients of a cluster have said and were shown, on whichever node; says what does not fit. Epochs come and go
 * with Redis, but where nothing is lost a place stays the same entry's for ever.
 */
export class Book {
  readonly violations: Violation[] = [];
  readonly #rooms = new Map<string, Page>();
  /** So many entries were shown, to everybody together. */
  shownCount = 0;

  fail(fault: Fault, who: string, text: string): void {
    this.violations.push({ fault, who, text });
  }

  get rooms(): readonly string[] {
    return [...this.#rooms.keys()];
  }

  get acknowledged(): number {
    let count = 0;
    for (const { said } of this.#rooms.values()) for (const seq of said.values()) if (seq !== undefined) count += 1;
    return count;
  }

  said(room: string, content: string): void {
    const { said } = this.#page(room);
    if (!said.has(content)) said.set(content, undefined);
  }

  /** Nobody waits any more for what became of something. */
  leftOpen(room: string, content: string): void {
    this.#page(room).open.add(content);
  }

  acked(room: string, content: string, seq: number): void {
    const { said } = this.#page(room);
    const { who } = sayingOf(content);
    const earlier = said.get(content);
    if (earlier !== undefined && earlier !== seq) {
      this.fail("duplicate", who, `${room}: "${content}" was acknowledged at ${earlier}, and then at ${seq}`);
    }
    said.set(content, seq);
  }

  /** Somebody was shown an entry. */
  shown(room: string, { seq, content }: Shown, who: string): void {
    const { shown } = this.#page(room);
    this.shownCount += 1;
    const first = shown[seq];
    if (first === undefined) shown[seq] = { seq, content, who };
    else if (first.content !== content) {
      this.fail("disagreement", who, `${room}/${seq} is "${content}", and was "${first.content}" to ${first.who}`);
    }
  }

  /** Holds a room's log, as it stands in Redis, against all of it. */
  judge(room: string, log: readonly Shown[]): void {
    const { shown, said, open } = this.#page(room);
    const places = new Map<string, number>();
    const ranks = new Map<string, number>();
    for (const [at, { seq, content }] of log.entries()) {
      if (seq !== at + 1) this.fail("lost", "log", `${room}: ${seq} stands at place ${at + 1}`);
      const earlier = places.get(content);
      if (earlier !== undefined) this.fail("duplicate", "log", `${room}: "${content}" stands at ${earlier} and ${seq}`);
      places.set(content, earlier ?? seq);
      if (!said.has(content)) this.fail("phantom", "log", `${room}/${seq} is "${content}", which nobody has said`);
      const { who, rank } = sayingOf(content);
      if (rank < (ranks.get(who) ?? 0))
        this.fail("reordered", who, `${room}/${seq} is "${content}", behind a later one`);
      ranks.set(who, rank);
    }
    for (const [content, seq] of said) {
      const { who } = sayingOf(content);
      if (seq === undefined && open.has(content)) continue;
      if (seq === undefined) this.fail("lost", who, `${room}: "${content}" was never acknowledged`);
      else if (places.get(content) !== seq) {
        this.fail(
          "lost",
          who,
          `${room}: "${content}" was acknowledged at ${seq}, and stands at ${places.get(content)}`,
        );
      }
    }
    for (const { seq, content, who } of shown.filter((entry) => entry !== undefined)) {
      const there = log[seq - 1]?.content;
      if (there !== content)
        this.fail("disagreement", who, `${room}/${seq} was shown as "${content}", and is "${there}"`);
    }
  }

  #page(room: string): Page {
    const page = this.#rooms.get(room) ?? { shown: [], said: new Map(), open: new Set<string>() };
    this.#rooms.set(room, page);
    return page;
  }
}
