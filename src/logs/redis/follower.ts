import type { Entry, Head, RoomLog } from "../../actors/room/log.ts";

/** How much is read at a time. */
const PIECE = { count: 256, bytes: 1024 ** 2 };

/** One tail: reads what others have appended whenever it is woken, from where it has got to. */
export class Follower {
  readonly #room: string;
  readonly #log: Pick<RoomLog, "read" | "head">;
  readonly #onEntries: (epoch: string, entries: readonly Entry[]) => void;
  /** Up to where it has got; nothing before its beginning is known. */
  #place: { readonly epoch: string; seq: number } | undefined;
  /** Places behind that which this node has appended to itself. */
  readonly #own = new Set<number>();
  #reading = false;
  #again = false;
  #closed = false;

  constructor(
    room: string,
    log: Pick<RoomLog, "read" | "head">,
    onEntries: (epoch: string, entries: readonly Entry[]) => void,
  ) {
    this.#room = room;
    this.#log = log;
    this.#onEntries = onEntries;
  }

  /** Asks where the log ends now, before anything that this node appends later: from there on it follows. */
  begin(): void {
    this.#reading = true;
    this.#log.head(this.#room).then(
      (head) => {
        this.#begun(head);
        // Somebody may have appended before the channel was subscribed.
        this.#again = true;
        this.#read();
      },
      () => this.#rest(),
    );
  }

  /** Others may have appended. */
  wake(): void {
    if (this.#closed) return;
    if (this.#reading) this.#again = true;
    else if (this.#place === undefined) this.begin();
    else this.#read();
  }

  /** This node has appended at a place. */
  wrote(epoch: string, seq: number): void {
    if (this.#place !== undefined && (this.#place.epoch !== epoch || seq <= this.#place.seq)) return;
    this.#own.add(seq);
    if (!this.#reading) this.#pass();
  }

  close(): void {
    this.#closed = true;
  }

  #begun({ epoch, seq }: Head): void {
    this.#place = { epoch, seq };
    for (const own of this.#own) if (own <= seq) this.#own.delete(own);
  }

  /** Passes over what this node has appended next itself. */
  #pass(): void {
    const place = this.#place;
    while (place !== undefined && this.#own.delete(place.seq + 1)) place.seq += 1;
  }

  #read(): void {
    const place = this.#place;
    if (this.#closed || place === undefined) return this.#rest();
    this.#reading = true;
    this.#again = false;
    this.#log.read(this.#room, { after: place.seq }, PIECE).then(
      ({ epoch, seq, entries }) => {
        if (this.#closed) return;
        if (epoch !== place.epoch) return this.#moved({ epoch, seq, oldest: 1 });
        const others = entries.filter((entry) => !this.#own.delete(entry.seq));
        place.seq = entries.at(-1)?.seq ?? place.seq;
        if (others.length > 0) this.#onEntries(epoch, others);
        if (place.seq < seq) this.#again = true;
        this.#rest();
      },
      // It is woken again when Redis is back.
      () => this.#rest(),
    );
  }

  /** The room goes on under another epoch: who follows it is told so, and reads it anew. */
  #moved(head: Head): void {
    this.#begun(head);
    this.#own.clear();
    this.#onEntries(head.epoch, []);
    this.#rest();
  }

  #rest(): void {
    this.#reading = false;
    this.#pass();
    if (this.#again && !this.#closed && this.#place !== undefined) this.#read();
  }
}
