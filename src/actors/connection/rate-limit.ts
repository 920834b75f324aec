import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { type Command, type CommandId, type Decoded, encode, type PublishMessage } from "../wire/mod.ts";
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
 * Bounds the commands of one connection, by a token bucket; a publish that repeats one under the same key costs
 * nothing: at once where the first came over this connection, else its token is given back. One past it is answered with `rate_limited` and when to try
 * again; a client that goes on and on all the same is closed with 4429.
 */
export function rateLimit(outbox: Outbox, { perSecond, burst }: RateLimitOptions): Layer<ConnectionMessage> {
  return function rateLimitLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    let tokens = burst;
    let filledAt = context.now();
    let refusals = 0;
    let keys: RecentKeys | undefined;

    /** Whether this repeats a publish that was let through before. */
    function repeats(decoded: Decoded): boolean {
      if (!decoded.ok || decoded.command.type !== "message" || decoded.command.key === undefined) return false;
      keys ??= new RecentKeys();
      return keys.has(decoded.command);
    }

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
      if (message.type === "repeated") tokens = Math.min(burst, tokens + 1);
      if (message.type !== "said" || repeats(message.decoded)) return next(message);
      fill();
      if (tokens < 1) return refuse(message);
      tokens -= 1;
      if (message.decoded.ok) keys?.add(message.decoded.command);
      refusals = Math.max(0, refusals - 1);
      return next(message);
    };
  };
}

/** How many keys a connection remembers. */
const KEYS = 256;

/** The keys under which a connection has published last. */
class RecentKeys {
  readonly #keys = new Set<string>();

  has(command: PublishMessage): boolean {
    return this.#keys.has(nameOf(command));
  }

  add(command: Command): undefined {
    if (command.type !== "message" || command.key === undefined) return;
    const [oldest] = this.#keys;
    if (this.#keys.size >= KEYS && oldest !== undefined) this.#keys.delete(oldest);
    this.#keys.add(nameOf(command));
  }
}

function nameOf({ room = "", key = "" }: PublishMessage): string {
  return `${room}\0${key}`;
}

/** What an answer refers to. */
function subjectOf(decoded: Decoded): { readonly id?: CommandId; readonly room?: string } {
  if (decoded.ok) return decoded.command;
  return decoded.tooBig ? {} : decoded.problem;
}
