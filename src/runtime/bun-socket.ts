import type { Socket, SocketEvents } from "../actors/connection/mod.ts";
import { closeCodes, type Format, type Frames, utf8Bytes } from "../actors/wire/mod.ts";
import type { UpgradePlan } from "../routes/upgrade.ts";

/** What is used of Bun's server-side WebSocket. */
export interface BunWebSocket {
  readonly data: BunConnection;
  readonly readyState: number;
  sendText(text: string): number;
  sendBinary(bytes: Uint8Array): number;
  getBufferedAmount(): number;
  cork(run: () => void): void;
  ping(): number;
  close(code: number, reason: string): void;
  terminate(): void;
  pause?(): void;
  resume?(): void;
}

const OPEN = 1;

/** A native socket of Bun. */
class BunSocket implements Socket {
  readonly pings = true;
  readonly #ws: BunWebSocket;

  constructor(ws: BunWebSocket) {
    this.#ws = ws;
  }

  get bufferedBytes(): number {
    return this.#ws.getBufferedAmount();
  }

  send(parts: readonly Frames[], format: Format): void {
    const [only] = parts;
    const messages = parts.length === 1 && only !== undefined ? only.messages(format) : undefined;
    this.#write(messages ?? parts.flatMap((part) => part.messages(format)));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    this.#write(messages);
  }

  ping(): void {
    if (this.#ws.readyState === OPEN) this.#ws.ping();
  }

  awaitDrain(): undefined {}

  pause(): boolean {
    if (this.#ws.pause === undefined) return false;
    this.#ws.pause();
    return true;
  }

  resume(): void {
    this.#ws.resume?.();
  }

  close(code: number, reason: string): void {
    if (this.#ws.readyState === OPEN) this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #write(messages: readonly (string | Uint8Array)[]): void {
    if (this.#ws.readyState !== OPEN) return;
    let lost = false;
    // One alone goes out at once anyway.
    if (messages.length === 1) lost = !this.#put(messages[0] as string | Uint8Array);
    else {
      this.#ws.cork(() => {
        for (const message of messages) if (!this.#put(message)) lost = true;
      });
    }
    // A peer that has missed something must not go on as if it had not: it comes back, and is caught up.
    if (lost && this.#ws.readyState === OPEN) this.#ws.terminate();
  }

  /** `false`: Bun has thrown the message away. */
  #put(message: string | Uint8Array): boolean {
    const sent = typeof message === "string" ? this.#ws.sendText(message) : this.#ws.sendBinary(message);
    // -1 says that it is queued; an empty message is 0 bytes long as well.
    return sent !== 0 || message.length === 0;
  }
}

/** What Bun keeps for us with each socket. */
export interface BunConnection {
  readonly plan: UpgradePlan;
  events: SocketEvents | undefined;
}

/** What is to be handed in with an upgrade. */
export function connectBun(plan: UpgradePlan): BunConnection {
  return { plan, events: undefined };
}

/** Bun's handlers for all sockets: each tells its own connection. */
export const websocket: object = {
  perMessageDeflate: false,
  // Far above what the outbox ever queues, since Bun drops in silence past it.
  backpressureLimit: 64 * 1024 ** 2,
  closeOnBackpressureLimit: true,
  idleTimeout: 0,
  sendPings: false,
  open(ws: BunWebSocket): void {
    ws.data.events = ws.data.plan.connect(new BunSocket(ws));
  },
  message(ws: BunWebSocket, data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? utf8Bytes(data) : data.length;
    if (bytes > ws.data.plan.maxMessageBytes) ws.close(closeCodes.tooBig.code, closeCodes.tooBig.reason);
    else ws.data.events?.received(data);
  },
  drain(ws: BunWebSocket): void {
    ws.data.events?.drained();
  },
  ping(ws: BunWebSocket): void {
    ws.data.events?.alive();
  },
  pong(ws: BunWebSocket): void {
    ws.data.events?.alive();
  },
  close(ws: BunWebSocket, code: number): void {
    ws.data.events?.closed(code);
    ws.data.events = undefined;
  },
};
