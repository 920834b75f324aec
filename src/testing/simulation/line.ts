import type { Timeline } from "./timeline.ts";

/** How fast a line is. */
export interface LineTraits {
  readonly latencyMs: () => number;
  readonly bytesPerMs: () => number;
  /** Bytes that may be under way and unread before the sender has to keep them. */
  readonly windowBytes: number;
}

/** Something on its way. */
export interface Parcel {
  readonly bytes: number;
  readonly deliver: () => void;
}

/**
 * One direction of a connection: in order, at a bounded rate, through a window. What the window does not take stays with
 * the sender, as `bufferedBytes`, without bound. Once it is cut, nothing arrives any more, whatever was sent before.
 */
export class Line {
  readonly #timeline: Timeline;
  readonly #traits: LineTraits;
  readonly #onEmpty: () => void;
  #buffer: Parcel[] = [];
  #travelling: { readonly parcel: Parcel; readonly atMs: number }[] = [];
  #unread: Parcel[] = [];
  #underWayBytes = 0;
  #sending = false;
  /** Has what is being sent now be sent. */
  #hurry: () => void = () => undefined;
  #arrivalMs = 0;
  #stalled = false;
  #cut = false;
  bufferedBytes = 0;

  constructor(timeline: Timeline, traits: LineTraits, onEmpty: () => void = () => undefined) {
    this.#timeline = timeline;
    this.#traits = traits;
    this.#onEmpty = onEmpty;
  }

  send(parcel: Parcel): void {
    this.#buffer.push(parcel);
    this.bufferedBytes += parcel.bytes;
    this.#pump();
  }

  /** The receiver reads nothing from now on. */
  stall(): void {
    this.#stalled = true;
  }

  /** The receiver reads again. */
  resume(): void {
    this.#stalled = false;
    while (!this.#stalled && !this.#cut) {
      const parcel = this.#unread.shift();
      if (parcel === undefined) break;
      this.#read(parcel);
    }
  }

  /** The line has become fast: what it was sending slowly is sent. */
  hurry(): void {
    this.#hurry();
  }

  /** Nothing arrives any more. */
  cut(): void {
    this.#cut = true;
    this.#travelling = [];
    this.#unread = [];
  }

  get isCut(): boolean {
    return this.#cut;
  }

  #pump(): void {
    const { bytesPerMs, windowBytes } = this.#traits;
    if (this.#sending) return;
    const [parcel] = this.#buffer;
    if (parcel === undefined || this.#underWayBytes >= windowBytes) return;
    this.#sending = true;
    const tookMs = Math.floor((parcel.bytes / bytesPerMs()) * 8) / 8;
    if (tookMs === 0) this.#sent(parcel);
    else this.#send(parcel, tookMs);
  }

  #send(parcel: Parcel, tookMs: number): void {
    const takeBack = this.#timeline.after(tookMs, () => this.#sent(parcel));
    this.#hurry = () => {
      takeBack();
      this.#sent(parcel);
    };
  }

  #sent(parcel: Parcel): void {
    this.#hurry = () => undefined;
    this.#buffer.shift();
    this.#sending = false;
    this.bufferedBytes -= parcel.bytes;
    this.#underWayBytes += parcel.bytes;
    this.#arrivalMs = Math.max(this.#arrivalMs, this.#timeline.now + this.#traits.latencyMs());
    if (!this.#cut) this.#travel(parcel, this.#arrivalMs);
    if (this.#buffer.length === 0) this.#onEmpty();
    this.#pump();
  }

  #travel(parcel: Parcel, atMs: number): void {
    const last = this.#travelling.at(-1);
    this.#travelling.push({ parcel, atMs });
    if (last?.atMs !== atMs) this.#timeline.clock.alarm(atMs, this.#arrive);
  }

  #arrive = (): void => {
    while ((this.#travelling[0]?.atMs ?? Number.POSITIVE_INFINITY) <= this.#timeline.now) {
      const { parcel } = this.#travelling.shift() as { readonly parcel: Parcel };
      if (this.#stalled) this.#unread.push(parcel);
      else this.#read(parcel);
    }
  };

  #read(parcel: Parcel): void {
    this.#underWayBytes -= parcel.bytes;
    parcel.deliver();
    this.#pump();
  }
}
