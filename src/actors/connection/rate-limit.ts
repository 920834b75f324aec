import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { type CommandId, type Decoded, encode, type PublishMessage } from "../wire/mod.ts";
import { Bucket, type BucketOptions } from "./bucket.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { RecentKeys } from "./recent-keys.ts";
import type { UserRates } from "./user-rates.ts";

/** What a connection may do, and its user over all connections. */
export interface RateLimitOptions {
  readonly commands: BucketOptions;
  readonly users: UserRates;
}

/** A client is closed once its refusals outnumber what was taken by this many bursts. */
const PATIENCE_BURSTS = 3;

/** So many times what a connection may do anew it may repeat. */
const REPEATS = 10;

type Said = Extract<ConnectionMessage, { readonly type: "said" }>;

/**
 * Bounds the commands of one connection, and the messages of its user, by token buckets. A publish that repeats one under
 * the same key costs nothing: at once where the first came over this connection, else its token is given back. What is
 * past a bucket is answered with `rate_limited` and when to try again; a client that goes on and on all the same is closed
 * with 4429.
 */
export function rateLimit(outbox: Outbox, { commands, users }: RateLimitOptions): Layer<ConnectionMessage> {
  return function rateLimitLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    const bucket = new Bucket(commands, context.now());
    const keys = new RecentKeys();
    const repeats = new Bucket(
      { perSecond: commands.perSecond * REPEATS, burst: commands.burst * REPEATS },
      context.now(),
    );
    let refusals = 0;

    function take(message: Said): undefined {
      const publish = publishOf(message.decoded);
      const now = context.now();
      if (!message.decoded.ok && message.decoded.tooBig) return next(message);
      if (publish !== undefined && keys.has(publish)) return repeat(message, now);
      const waitMs = bucket.take(now) || (publish === undefined ? 0 : users.take(outbox.user.id, now));
      if (waitMs > 0) return refuse(message.decoded, waitMs);
      if (publish !== undefined) keys.add(publish);
      refusals = Math.max(0, refusals - 1);
      return next(message);
    }

    /** A repeat costs nothing, but for those who do nothing else. */
    function repeat(message: Said, now: number): undefined {
      const waitMs = repeats.take(now);
      return waitMs > 0 ? refuse(message.decoded, waitMs) : next(message);
    }

    function refuse(decoded: Decoded, retryAfter: number): undefined {
      refusals += 1;
      if (refusals > commands.burst * PATIENCE_BURSTS) return next({ type: "end", close: "flooding" });
      const { id, room } = subjectOf(decoded);
      const about = { ...(id !== undefined && { id }), ...(room !== undefined && { room }) };
      const message = `Cannot take so much at once: wait ${retryAfter} ms`;
      outbox.reply(encode({ type: "error", ...about, code: "rate_limited", message, retryAfter }));
    }

    return function handle(message: ConnectionMessage): undefined {
      if (message.type === "said") return take(message);
      if (message.type === "repeated") {
        bucket.giveBack();
        users.giveBack(outbox.user.id);
      }
      return next(message);
    };
  };
}

function publishOf(decoded: Decoded): PublishMessage | undefined {
  return decoded.ok && decoded.command.type === "message" ? decoded.command : undefined;
}

/** What an answer refers to. */
function subjectOf(decoded: Decoded): { readonly id?: CommandId; readonly room?: string } {
  if (decoded.ok) return decoded.command;
  return decoded.tooBig ? {} : decoded.problem;
}
