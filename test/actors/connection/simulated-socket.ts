import type { Socket, SocketEvents } from "../../../src/actors/connection/mod.ts";
import type { Format, Frames } from "../../../src/actors/wire/mod.ts";

/** What a socket can do, and how its peer reads. */
export interface SimulatedSocketOptions {
  /** Whether its peer reads; what a peer that does not is sent stays buffered until `read`. */
  readonly reads?: boolean;
  readonly pings?: boolean;
  readonly pauses?: boolean;
}

/** A socket that remembers what it is told, and a peer that reads as the test says. */
export class SimulatedSocket implements Socket {
  readonly pings: boolean;
  readonly #pauses: boolean;
  reads: boolean;
  bufferedBytes = 0;
  /** The most that was ever buffered. */
  peakBytes = 0;
  /** What was written, one array per write. */
  readonly writes: string[][] = [];
  readonly raw: (string | Uint8Array)[] = [];
  /** Everything that was written, in order: texts, and how long each binary message was. */
  readonly order: (string | number)[] = [];
  /** Everything else that was done to it, in order. */
  readonly deeds: string[] = [];
  awaitsDrain = false;
  paused = false;
  events: SocketEvents | undefined;
  /** How many bytes stand before a ping that the peer has not read yet. */
  #beforePing: number | undefined;

  constructor({ reads = true, pings = true, pauses = true }: SimulatedSocketOptions = {}) {
    this.reads = reads;
    this.pings = pings;
    this.#pauses = pauses;
  }

  send(parts: readonly Frames[], format: Format): void {
    const texts = parts.flatMap((part) => part.messages(format));
    this.writes.push(texts);
    this.order.push(...texts);
    this.#buffer(parts.reduce((bytes, part) => bytes + part.wire(format).length, 0));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    this.raw.push(...messages);
    for (const message of messages) this.order.push(typeof message === "string" ? message : message.length);
    this.#buffer(messages.reduce((bytes, message) => bytes + message.length, 0));
  }

  ping(): void {
    this.deeds.push("ping");
    if (!this.reads) this.#beforePing = this.bufferedBytes;
  }

  awaitDrain(): undefined {
    this.awaitsDrain = true;
  }

  pause(): boolean {
    this.deeds.push("pause");
    this.paused = this.#pauses;
    return this.#pauses;
  }

  resume(): void {
    this.deeds.push("resume");
    this.paused = false;
  }

  close(code: number, reason: string): void {
    this.deeds.push(`close ${code} ${reason}`);
  }

  terminate(): void {
    this.deeds.push("terminate");
  }

  /** The peer reads so many of the bytes that wait for it, by default all; a ping that stood there is answered. */
  read(bytes: number = this.bufferedBytes): void {
    this.bufferedBytes = Math.max(0, this.bufferedBytes - bytes);
    this.awaitsDrain = false;
    this.events?.drained();
    if (this.#beforePing === undefined) return;
    this.#beforePing -= bytes;
    if (this.#beforePing > 0) return;
    this.#beforePing = undefined;
    this.events?.alive();
  }

  /** The code it was closed with; `undefined` while it was not. */
  get closeCode(): number | undefined {
    const close = this.deeds.find((deed) => deed.startsWith("close "));
    return close === undefined ? undefined : Number(close.split(" ")[1]);
  }

  #buffer(bytes: number): void {
    if (this.reads) return;
    this.bufferedBytes += bytes;
    this.peakBytes = Math.max(this.peakBytes, this.bufferedBytes);
  }
}
