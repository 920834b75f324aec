/** A node's lease, as it stands in the records. */
export interface NodeLease {
  /** Its connections are closed, and their users are members until the lease ends: they have been told to come back. */
  readonly leaving: boolean;
}

/** What a lease's key begins with; the node's name follows. */
export const LEASES = "alive ";

/**
 * A lease lasts this long, and is renewed this often; a node is dead once its lease has been missing for `missingMs`. For
 * leases end, or are lost, with the broker as well, and then every node needs a moment to take its lease again.
 */
export const LEASE = { ttlMs: 6_000, renewMs: 2_000, missingMs: 4_000 };

/** Clients that are told to come back need so much longer than they were told, in ms: they connect and join. */
const COMING_BACK_MS = 2_500;

/** Which nodes share the rooms, as this one knows it: those whose leases stand. */
export class Nodes {
  /** This node's own name; none is used twice. */
  readonly own: string;
  readonly #living = new Map<string, NodeLease>();
  /** Since when leases are missing of those who have lived. */
  readonly #missing = new Map<string, number>();
  readonly #observers = new Set<() => void>();
  #known = false;
  #editions = 0;
  #spreadMs: number | undefined;
  #seek: () => void = () => undefined;

  constructor(own: string) {
    this.own = own;
  }

  /** Whether it is known at all which nodes there are. */
  get known(): boolean {
    return this.#known;
  }

  /** The other nodes that are there to answer. */
  get answering(): readonly string[] {
    return [...this.#living].flatMap(([name, { leaving }]) => (leaving || this.#missing.has(name) ? [] : [name]));
  }

  /** How many rooms were opened here so far: what the last of them is told apart by from earlier ones of its name. */
  get edition(): number {
    return this.#editions;
  }

  /** Numbers a room that is opened. */
  nextEdition(): number {
    this.#editions += 1;
    return this.#editions;
  }

  /** Whether another node's lease stands, so that its word counts. */
  lives(name: string): boolean {
    return this.#living.has(name);
  }

  /** Has the leases looked at soon: somebody has spoken who is not known. */
  seek(): undefined {
    this.#seek();
  }

  /** Has `look` called where leases are to be looked at. */
  onSeek(look: () => void): undefined {
    this.#seek = look;
  }

  /**
   * Takes the leases that stand; observers are told where other nodes have come or gone. Answers in how many ms to look
   * again, where a lease is missing.
   */
  take(leases: ReadonlyMap<string, NodeLease>, now: number): number | undefined {
    const known = this.#known;
    this.#known = true;
    let changed = !known;
    for (const [name, lease] of leases) {
      if (name === this.own) continue;
      changed ||= !this.#living.has(name);
      this.#living.set(name, lease);
      this.#missing.delete(name);
    }
    for (const [name, { leaving }] of this.#living) {
      if (leases.has(name)) continue;
      const since = this.#missing.get(name) ?? now;
      this.#missing.set(name, since);
      if (!leaving && now - since < LEASE.missingMs) continue;
      this.#living.delete(name);
      this.#missing.delete(name);
      changed = true;
    }
    if (changed) for (const observer of this.#observers) observer();
    const first = Math.min(...this.#missing.values());
    return first === Number.POSITIVE_INFINITY ? undefined : first + LEASE.missingMs - now;
  }

  /** Has `onChange` called when nodes have come or gone. */
  watch(onChange: () => void): { close(): void } {
    const observer = (): void => onChange();
    this.#observers.add(observer);
    return { close: () => void this.#observers.delete(observer) };
  }

  /** This node is about to end: its clients are told to come back, spread over so many ms. */
  drain(spreadMs: number): undefined {
    this.#spreadMs = spreadMs;
  }

  /** How long someone whose connection is lost stays a member. */
  graceMs(usualMs: number): number {
    return Math.max(usualMs, this.#spreadMs === undefined ? 0 : this.#spreadMs + COMING_BACK_MS);
  }
}
