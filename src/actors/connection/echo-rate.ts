import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { Bucket, type BucketOptions } from "../rates/mod.ts";
import type { ConnectionMessage } from "./message.ts";

/** A client is closed once what came too soon outnumbers what did not by so many bursts. */
const PATIENCE_BURSTS = 3;

type Received = Extract<ConnectionMessage, { readonly type: "received" }>;

/**
 * Holds an echo to a rate. It has no words of its own to refuse anything with, so what is past the bucket comes back later,
 * at the rate, and nothing behind it is read meanwhile; a client that goes on and on all the same is closed with 4429.
 */
export function echoRate(options: BucketOptions): Layer<ConnectionMessage> {
  return function echoRateLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    const bucket = new Bucket(options, context.now());
    let waiting: Received | undefined;
    let slowed = 0;

    function take(message: Received): undefined {
      const waitMs = bucket.take(context.now());
      if (waitMs === 0) {
        slowed = Math.max(0, slowed - 1);
        return next(message);
      }
      slowed += 1;
      if (slowed > options.burst * PATIENCE_BURSTS) return next({ type: "end", close: "flooding" });
      waiting = message;
      context.hold("rate");
      context.after("rate", waitMs, { type: "paced" });
    }

    function goOn(): undefined {
      const message = waiting;
      waiting = undefined;
      context.release("rate");
      if (message === undefined) return;
      bucket.take(context.now());
      return next(message);
    }

    return function handle(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "received":
          return take(message);
        case "paced":
          return goOn();
        case "hungUp":
          // Nobody is there to be said anything back.
          waiting = undefined;
          context.release("rate");
          return next(message);
        default:
          return next(message);
      }
    };
  };
}
