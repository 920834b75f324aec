import type { Context, Handle, Layer } from "../kernel/mod.ts";
import type { CloseName } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Socket } from "./socket.ts";

/** When a peer is asked for a sign of life, and when it counts as dead. */
export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly deadAfterMs: number;
}

/**
 * Finds dead peers: one that has sent nothing for `heartbeatMs` is pinged (RFC 6455 §5.5.2), and one that has still sent
 * nothing after `deadAfterMs` is told 4408 and cut off; 1013 where it is one that does not read. Where the runtime pings by
 * itself, only the latter is looked for.
 */
export function heartbeat(socket: Socket, outbox: Outbox, options: HeartbeatOptions): Layer<ConnectionMessage> {
  return function heartbeatLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    const pulse = new Pulse(context, next, { socket, outbox, options });
    return (message) => pulse.handle(message);
  };
}

interface PulseParts {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly options: HeartbeatOptions;
}

/** One object for each connection, of which there are many: closures would take several times the memory. */
class Pulse {
  readonly #context: Context<ConnectionMessage>;
  readonly #next: Handle<ConnectionMessage>;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #options: HeartbeatOptions;
  #seenAt: number;
  /** Whether there was a sign of life since the last ping. */
  #answered = true;
  #progress: number;

  constructor(
    context: Context<ConnectionMessage>,
    next: Handle<ConnectionMessage>,
    { socket, outbox, options }: PulseParts,
  ) {
    this.#context = context;
    this.#next = next;
    this.#socket = socket;
    this.#outbox = outbox;
    this.#options = options;
    this.#seenAt = context.now();
    this.#progress = outbox.progress;
    this.#arm();
  }

  handle(message: ConnectionMessage): undefined {
    switch (message.type) {
      case "beat":
        return this.#beat();
      case "verdict":
        return this.#verdict(message.dueAt);
      case "alive":
        return this.#seen();
      case "received":
        this.#seen();
        return this.#next(message);
      default:
        return this.#next(message);
    }
  }

  #arm(): undefined {
    const { heartbeatMs } = this.#options;
    const together = heartbeatMs / STEPS;
    const dueAt = Math.ceil((this.#seenAt + heartbeatMs) / together) * together;
    this.#context.after("beat", Math.max(0, dueAt - this.#context.now()), BEAT);
  }

  #seen(): undefined {
    this.#seenAt = this.#context.now();
    this.#answered = true;
  }

  /** A peer that takes what was sent is alive, even if its answer stands behind much that it has not read yet. */
  #look(): undefined {
    this.#outbox.sample();
    if (this.#outbox.progress !== this.#progress) this.#seen();
    this.#progress = this.#outbox.progress;
  }

  #beat(): undefined {
    this.#look();
    const { heartbeatMs, deadAfterMs } = this.#options;
    if (this.#context.now() - this.#seenAt < heartbeatMs) return this.#arm();
    this.#answered = false;
    if (this.#socket.pings) this.#socket.ping();
    const dueAt = this.#context.now() + deadAfterMs - heartbeatMs;
    this.#context.after("verdict", dueAt - this.#context.now(), { type: "verdict", dueAt });
  }

  #verdict(dueAt: number): undefined {
    this.#look();
    const { heartbeatMs, deadAfterMs } = this.#options;
    const dead = !this.#answered && (this.#socket.pings || this.#outbox.full);
    // A verdict that comes late says that this process was held up, and what the peer has sent may still wait.
    const late = this.#context.now() - dueAt > (deadAfterMs - heartbeatMs) / 2;
    if (dead && !late) return this.#close(this.#outbox.full ? "overloaded" : "heartbeatMissed");
    if (dead) return this.#beat();
    // Where the runtime pings by itself, silence says nothing.
    if (!this.#answered) this.#seenAt = this.#context.now();
    return this.#arm();
  }

  #close(name: CloseName): undefined {
    this.#next({ type: "end", close: name });
    this.#context.after("cut", 0, { type: "overdue" });
  }
}

/** Beats are due at so many moments in the time between two: those that are due together cost one wake-up of the process. */
const STEPS = 100;

const BEAT: ConnectionMessage = { type: "beat" };
