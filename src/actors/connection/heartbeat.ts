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
export function heartbeat(
  socket: Socket,
  outbox: Outbox,
  { heartbeatMs, deadAfterMs }: HeartbeatOptions,
): Layer<ConnectionMessage> {
  return function heartbeatLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    let seenAt = context.now();
    /** Whether there was a sign of life since the last ping. */
    let answered = true;
    let progress = outbox.progress;

    function arm(): undefined {
      context.after("beat", Math.max(0, seenAt + heartbeatMs - context.now()), { type: "beat" });
    }

    function seen(): undefined {
      seenAt = context.now();
      answered = true;
    }

    /** A peer that takes what was sent is alive, even if its answer stands behind much that it has not read yet. */
    function look(): undefined {
      outbox.sample();
      if (outbox.progress !== progress) seen();
      progress = outbox.progress;
    }

    function beat(): undefined {
      look();
      if (context.now() - seenAt < heartbeatMs) return arm();
      answered = false;
      if (socket.pings) socket.ping();
      const dueAt = context.now() + deadAfterMs - heartbeatMs;
      context.after("verdict", dueAt - context.now(), { type: "verdict", dueAt });
    }

    function verdict(dueAt: number): undefined {
      look();
      const dead = !answered && (socket.pings || outbox.full);
      // A verdict that comes late says that this process was held up, and what the peer has sent may still wait.
      const late = context.now() - dueAt > (deadAfterMs - heartbeatMs) / 2;
      if (dead && !late) return close(outbox.full ? "overloaded" : "heartbeatMissed");
      if (dead) return beat();
      // Where the runtime pings by itself, silence says nothing.
      if (!answered) seenAt = context.now();
      return arm();
    }

    function close(name: CloseName): undefined {
      next({ type: "end", close: name });
      context.after("cut", 0, { type: "overdue" });
    }

    arm();
    return function handle(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "beat":
          return beat();
        case "verdict":
          return verdict(message.dueAt);
        case "alive":
          return seen();
        case "received":
          seen();
          return next(message);
        default:
          return next(message);
      }
    };
  };
}
