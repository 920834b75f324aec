import type { Socket, SocketEvents } from "../actors/connection/mod.ts";
import { closeCodes, type Format, type Frames, utf8Bytes } from "../actors/wire/mod.ts";
import { DrainPoll } from "./drain-poll.ts";
import type { UpgradePlan } from "./upgrade.ts";

/** A WebSocket that sends one message at a time and does not say when its buffer has drained, and what else it can do. */
export interface MessageWire {
  readonly open: boolean;
  readonly bufferedBytes: number;
  send(message: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Left out where its pong cannot be seen: then it is of no use. */
  readonly ping?: () => void;
  readonly pause?: () => void;
  readonly resume?: () => void;
  readonly terminate?: () => void;
}

/** The port of connections on a wire that takes single messages, as the standard `WebSocket` does. */
export class MessageSocket implements Socket {
  readonly pings: boolean;
  readonly #wire: MessageWire;
  readonly #maxMessageBytes: number;
  readonly #poll: DrainPoll;
  #events: SocketEvents | undefined;

  constructor(wire: MessageWire, { connect, maxMessageBytes }: UpgradePlan) {
    this.#wire = wire;
    this.#maxMessageBytes = maxMessageBytes;
    this.pings = wire.ping !== undefined;
    this.#poll = new DrainPoll(() => wire.bufferedBytes);
    this.#events = connect(this);
  }

  get bufferedBytes(): number {
    return this.#wire.bufferedBytes;
  }

  send(parts: readonly Frames[], format: Format): void {
    for (const part of parts) this.sendRaw(part.messages(format));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) if (this.#wire.open) this.#wire.send(message);
  }

  ping(): void {
    this.#wire.ping?.();
  }

  awaitDrain(): undefined {
    this.#poll.start(() => this.#events?.drained());
  }

  pause(): boolean {
    this.#wire.pause?.();
    return this.#wire.pause !== undefined;
  }

  resume(): void {
    this.#wire.resume?.();
  }

  close(code: number, reason: string): void {
    if (this.#wire.open) this.#wire.close(code, reason);
  }

  terminate(): void {
    if (this.#wire.terminate !== undefined) this.#wire.terminate();
    else this.close(closeCodes.overloaded.code, closeCodes.overloaded.reason);
  }

  /** A message has come; the runtime's own bound on its size may be far above ours. */
  received(data: string | ArrayBufferLike): void {
    const message = typeof data === "string" ? data : new Uint8Array(data);
    const bytes = typeof message === "string" ? utf8Bytes(message) : message.length;
    if (bytes > this.#maxMessageBytes) this.close(closeCodes.tooBig.code, closeCodes.tooBig.reason);
    else this.#events?.received(message);
  }

  alive(): void {
    this.#events?.alive();
  }

  /** It is closed; some runtimes say 0 where the connection was lost (RFC 6455 §7.1.5 says 1006). */
  closed(code: number): void {
    this.#poll.stop();
    this.#events?.closed(code === 0 ? closeCodes.abnormal.code : code);
    this.#events = undefined;
  }
}
