/** An entry as a client is shown it. */
export interface Shown {
  readonly seq: number;
  readonly content: string;
}

/** What was said in a room and what came of it, as its clients know it; says what does not fit. */
export class Account {
  readonly room: string;
  readonly violations: string[] = [];
  /** What was sent, by content; each is sent under a key of its own, and repeated until it is acknowledged. */
  readonly #sent = new Set<string>();
  /** Where what was acknowledged stands. */
  readonly #acknowledged = new Map<string, number>();
  /** What the reader has been shown, in order. */
  readonly #shown: string[] = [];
  #epoch: string | undefined;

  constructor(room: string) {
    this.room = room;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Where the reader has come to. */
  get since(): { readonly epoch: string; readonly seq: number } | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, seq: this.#shown.length };
  }

  sent(content: string): void {
    this.#sent.add(content);
  }

  acked(content: string, seq: number): void {
    const earlier = this.#acknowledged.get(content);
    if (earlier !== undefined && earlier !== seq) {
      this.violations.push(`${this.room}: ${content} was acknowledged at ${earlier}, and then at ${seq}`);
    }
    this.#acknowledged.set(content, seq);
  }

  /** The reader has joined; whatever `since` said, it must go on from there. */
  joined(epoch: string, recovered: boolean | undefined): void {
    if (this.#epoch !== undefined && (epoch !== this.#epoch || recovered !== true)) {
      this.violations.push(`${this.room}: resumed under ${epoch} (recovered: ${recovered}) instead of ${this.#epoch}`);
    }
    this.#epoch = epoch;
  }

  shown({ seq, content }: Shown): void {
    if (seq !== this.#shown.length + 1) {
      this.violations.push(`${this.room}: the reader was shown ${seq} behind ${this.#shown.length}`);
    }
    this.#shown[seq - 1] = content;
  }

  /** Holds the whole log against what clients know. */
  check(log: readonly Shown[]): void {
    const say = (text: string): void => void this.violations.push(`${this.room}: ${text}`);
    const places = new Map<string, number>();
    for (const [at, { seq, content }] of log.entries()) {
      if (seq !== at + 1) say(`${seq} stands at place ${at + 1}`);
      if (places.has(content)) say(`${content} stands at ${places.get(content)} and at ${seq}`);
      if (!this.#sent.has(content)) say(`${content} stands at ${seq}, and nobody sent it`);
      places.set(content, seq);
    }
    for (const [content, seq] of this.#acknowledged) {
      if (places.get(content) !== seq)
        say(`${content} was acknowledged at ${seq}, and stands at ${places.get(content)}`);
    }
    for (const [at, content] of this.#shown.entries()) {
      if (log[at]?.content !== content) say(`${content} was shown at ${at + 1}, where ${log[at]?.content} stands`);
    }
  }
}
