import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { type CommandId, type Decoded, encode } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";

/** A token bucket: it holds `burst`, and gains `perSecond`. */
export interface RateLimitOptions {
  readonly perSecond: number;
  readonly burst: number;
}

/** A client is closed once its refusals outnumber what was taken by this many bursts. */
const PATIENCE_BURSTS = 3;

/**
 * Bounds the commands of one connection, by a token bucket. One past it is answered with `rate_limited` and when to try
 * again; a client that goes on and on all the same is closed with 4429.
 */
export function rateLimit(outbox: Outbox, { perSecond, burst }: RateLimitOptions): Layer<ConnectionMessage> {
  return function rateLimitLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    let tokens = burst;
    let filledAt = context.now();
    let refusals = 0;

    function fill(): undefined {
      const now = context.now();
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
      filledAt = now;
    }

    function refuse(said: Extract<ConnectionMessage, { readonly type: "said" }>): undefined {
      refusals += 1;
      if (refusals > burst * PATIENCE_BURSTS) return next({ type: "end", close: "flooding" });
      const retryAfter = Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1_000));
      const message = `Cannot take more than ${perSecond} commands a second: wait ${retryAfter} ms`;
      const { id, room } = subjectOf(said.decoded);
      const about = { ...(id !== undefined && { id }), ...(room !== undefined && { room }) };
      outbox.reply(encode({ type: "error", ...about, code: "rate_limited", message, retryAfter }));
    }

    return function handle(message: ConnectionMessage): undefined {
      if (message.type !== "said") return next(message);
      fill();
      if (tokens < 1) return refuse(message);
      tokens -= 1;
      refusals = Math.max(0, refusals - 1);
      return next(message);
    };
  };
}

/** What an answer refers to. */
function subjectOf(decoded: Decoded): { readonly id?: CommandId; readonly room?: string } {
  if (decoded.ok) return decoded.command;
  return decoded.tooBig ? {} : decoded.problem;
}
