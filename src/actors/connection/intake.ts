import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { type Decoded, type DecodeOptions, decode, type Format } from "../wire/mod.ts";
import type { Inlet } from "./inlet.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Reading } from "./reading.ts";

/** How many commands of one message are passed on at once. */
const AT_ONCE = 64;

/** What comes in and is read as commands. */
export interface IntakeOptions {
  readonly inlet: Inlet;
  readonly outbox: Outbox;
  readonly format: Format;
  readonly reading: Reading;
  readonly decoding: DecodeOptions;
}

/**
 * Reads a peer's messages as commands and passes those on one by one. While the outgoing budget is used up, none is: a
 * client that asks and never reads costs its budget and no more.
 */
export function intake({ inlet, outbox, format, reading, decoding }: IntakeOptions): Layer<ConnectionMessage> {
  return function intakeLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    /** How messages are read that may measure less than usual. */
    function boundTo(maxBytes: number | undefined): DecodeOptions {
      return maxBytes === undefined ? decoding : { ...decoding, maxBytes };
    }

    let deaf = false;
    let said: readonly Decoded[] = [];
    let at = 0;

    function pass(): undefined {
      for (let passed = 0; at < said.length; passed += 1) {
        if (reading.paused) return; // its end says `eased`
        if (outbox.full) return wait();
        if (passed === AT_ONCE) return yieldTurn();
        const decoded = said[at] as Decoded;
        at += 1;
        next({ type: "said", decoded });
      }
      said = [];
      at = 0;
    }

    /** Goes on behind whoever else is waiting: a long batch is no reason to keep them. */
    function yieldTurn(): undefined {
      context.hold("outbox");
      context.self.tell({ type: "eased" });
    }

    function wait(): undefined {
      context.hold("outbox");
      outbox.whenDrained(() => {
        context.self.tell({ type: "eased" });
      });
    }

    function eased(): undefined {
      context.release("outbox");
      return pass();
    }

    return function handle(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "received":
          inlet.taken(message.data.length);
          if (deaf) return;
          if (typeof message.data !== "string") return next(message);
          said = decode(message.data, format, boundTo(reading.maxBytes));
          return pass();
        case "eased":
          return eased();
        case "drain":
          deaf = true; // what comes from now on is left undone, so it need not be read
          return next(message);
        case "hungUp":
          next(message);
          return eased();
        case "drained":
          outbox.ease();
          return next(message);
        default:
          return next(message);
      }
    };
  };
}
