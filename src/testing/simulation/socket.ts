import type { Socket } from "../../actors/connection/mod.ts";
import { closeCodes, type Format, type Frames, utf8Bytes } from "../../actors/wire/mod.ts";
import { SimulatedFailure } from "./failure.ts";
import type { Link } from "./link.ts";

const POLL_MS = 20;
/** A frame's header, at the most (RFC 6455 §5.2). */
const HEADER_BYTES = 10;

/** What the server does to its sockets may be watched, and may fail. */
export interface SocketProbe {
  /** Something was handed to the runtime, which holds so much now. */
  readonly wrote: (bufferedBytes: number, largestBytes: number) => void;
  /** Whether this write throws. */
  readonly fails: () => boolean;
}

/** The server's side of a link. */
export class SimulatedSocket implements Socket {
  readonly pings: boolean;
  readonly #link: Link;
  readonly #probe: SocketProbe;
  #polling = false;

  constructor(link: Link, probe: SocketProbe) {
    this.#link = link;
    this.#probe = probe;
    this.pings = link.options.transport.pings;
  }

  get bufferedBytes(): number {
    return this.#link.down.bufferedBytes;
  }

  send(parts: readonly Frames[], format: Format): void {
    for (const part of parts) this.sendRaw(part.messages(format));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    if (this.#link.closing) return;
    if (this.#probe.fails()) throw new SimulatedFailure("Cannot send: the simulated socket has failed");
    let largest = 0;
    for (const message of messages) {
      const text = typeof message === "string" ? message : "";
      const bytes = utf8Bytes(text) + HEADER_BYTES;
      largest = Math.max(largest, bytes);
      const deliver = (): void => this.#link.toClient(() => this.#link.options.peer.received(text));
      this.#link.down.send({ bytes, deliver });
    }
    this.#probe.wrote(this.bufferedBytes, largest);
  }

  ping(): void {
    if (this.#link.closing) return;
    this.#link.down.send({ bytes: 2, deliver: () => this.#link.toClient(() => this.#link.pong()) });
  }

  awaitDrain(): undefined {
    if (this.#link.options.transport.tellsDrained || this.#polling) return;
    this.#polling = true;
    this.#poll(this.bufferedBytes);
  }

  pause(): boolean {
    if (!this.#link.options.transport.pauses) return false;
    this.#link.pause(true);
    return true;
  }

  resume(): void {
    this.#link.pause(false);
  }

  close(code: number): void {
    if (this.#link.closing) return;
    this.#link.closing = true;
    this.#link.down.send({ bytes: 2, deliver: () => this.#link.closeArrived(code) });
  }

  terminate(): void {
    if (this.#link.options.transport.cuts) this.#link.terminate();
    else this.close(closeCodes.overloaded.code);
  }

  /** As the adapters of runtimes do that do not say when a buffer has drained. */
  #poll(before: number): void {
    this.#link.options.timeline.after(POLL_MS, () => {
      if (this.#link.over) return;
      if (this.bufferedBytes * 2 > before) return this.#poll(before);
      this.#polling = false;
      this.#link.drained();
    });
  }
}
