import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { Bucket, type BucketOptions, type Buckets } from "../rates/mod.ts";
import { type CommandId, type Decoded, encode, type PublishMessage } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { RecentKeys } from "./recent-keys.ts";

/** What a connection may do, and its user over all connections. */
export interface RateLimitOptions {
  readonly commands: BucketOptions;
  readonly users: Buckets;
  /** The messages of all guests behind one address; `undefined` where the address does not count or is not known. */
  readonly guests: { readonly rates: Buckets; readonly address: string | undefined };
}

/** A client is closed once its refusals outnumber what was taken by this many bursts. */
const PATIENCE_BURSTS = 3;

/** So many times what a connection may do anew it may repeat. */
const REPEATS = 10;

type Said = Extract<ConnectionMessage, { readonly type: "said" }>;

/**
 * Bounds the commands of one connection, the messages of its user, and those of all guests behind its address, by token buckets. A publish that repeats one under
 * the same key costs nothing: at once where the first came over this connection, else its token is given back. What is
 * past a bucket is answered with `rate_limited` and when to try again; a client that goes on and on all the same is closed
 * with 4429.
 */
export function rateLimit(outbox: Outbox, { commands, users, guests }: RateLimitOptions): Layer<ConnectionMessage> {
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
      const waitMs = bucket.take(now) || (publishes(message.decoded) ? takeMessage(now) : 0);
      if (waitMs > 0) return refuse(message.decoded, waitMs);
      if (publish !== undefined) keys.add(publish);
      refusals = Math.max(0, refusals - 1);
      return next(message);
    }

    /** A message costs its user, and a guest's the address as well. */
    function takeMessage(now: number): number {
      const waitMs = users.take(outbox.user.id, now);
      if (waitMs > 0 || !outbox.user.guest || guests.address === undefined) return waitMs;
      const addressMs = guests.rates.take(guests.address, now);
      if (addressMs > 0) users.giveBack(outbox.user.id);
      return addressMs;
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
      // The bytes of an upload may be on their way already.
      if (decoded.ok && decoded.command.type === "upload") next({ type: "unwanted", bytes: decoded.command.size });
      const message = `Cannot take so much at once: wait ${retryAfter} ms`;
      outbox.reply(encode({ type: "error", ...about, code: "rate_limited", message, retryAfter }));
    }

    return function handle(message: ConnectionMessage): undefined {
      if (message.type === "said") return take(message);
      if (message.type === "repeated") {
        bucket.giveBack();
        users.giveBack(outbox.user.id);
        if (outbox.user.guest && guests.address !== undefined) guests.rates.giveBack(guests.address);
      }
      return next(message);
    };
  };
}

function publishOf(decoded: Decoded): PublishMessage | undefined {
  return decoded.ok && decoded.command.type === "message" ? decoded.command : undefined;
}

/** Whether a command is to become a message. */
function publishes(decoded: Decoded): boolean {
  return decoded.ok && (decoded.command.type === "message" || decoded.command.type === "upload");
}

/** What an answer refers to. */
function subjectOf(decoded: Decoded): { readonly id?: CommandId; readonly room?: string } {
  if (decoded.ok) return decoded.command;
  return decoded.tooBig ? {} : decoded.problem;
}
