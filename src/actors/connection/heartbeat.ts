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
    let lowestBytes = 0;

    function arm(): undefined {
      context.after("beat", Math.max(0, seenAt + heartbeatMs - context.now()), { type: "beat" });
    }

    /** A peer that takes what was sent is alive, even if it has nothing to say. */
    function progress(): undefined {
      const { bufferedBytes } = socket;
      if (bufferedBytes < lowestBytes) seenAt = context.now();
      lowestBytes = bufferedBytes;
    }

    function beat(): undefined {
      progress();
      if (context.now() - seenAt < heartbeatMs) return arm();
      if (socket.pings) socket.ping();
      const dueAt = context.now() + deadAfterMs - heartbeatMs;
      context.after("verdict", dueAt - context.now(), { type: "verdict", askedAt: context.now(), dueAt });
    }

    function verdict(askedAt: number, dueAt: number): undefined {
      progress();
      const dead = seenAt <= askedAt && (socket.pings || outbox.full);
      // A verdict that comes late says that this process was held up, and what the peer has sent may still wait.
      const late = context.now() - dueAt > (deadAfterMs - heartbeatMs) / 2;
      if (dead && !late) return close(outbox.full ? "overloaded" : "heartbeatMissed");
      if (!dead) seenAt = Math.max(seenAt, askedAt);
      return dead ? beat() : arm();
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
          return verdict(message.askedAt, message.dueAt);
        case "alive":
          seenAt = context.now();
          return;
        case "received":
          seenAt = context.now();
          return next(message);
        default:
          return next(message);
      }
    };
  };
}
