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
export function intake(options: IntakeOptions): Layer<ConnectionMessage> {
  return function intakeLife(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>) {
    const life = new Intake(context, next, options);
    return (message) => life.handle(message);
  };
}

/** One object for each connection, of which there are many: closures would take several times the memory. */
class Intake {
  readonly #context: Context<ConnectionMessage>;
  readonly #next: Handle<ConnectionMessage>;
  readonly #options: IntakeOptions;
  #said: readonly Decoded[] = NOTHING;
  #at = 0;

  constructor(context: Context<ConnectionMessage>, next: Handle<ConnectionMessage>, options: IntakeOptions) {
    this.#context = context;
    this.#next = next;
    this.#options = options;
  }

  handle(message: ConnectionMessage): undefined {
    switch (message.type) {
      case "received":
        return this.#received(message);
      case "eased":
        return this.#eased();
      case "hungUp":
        this.#next(message);
        return this.#eased();
      case "drained":
        this.#options.outbox.ease();
        return this.#next(message);
      default:
        return this.#next(message);
    }
  }

  #received(message: Extract<ConnectionMessage, { readonly type: "received" }>): undefined {
    const { inlet, format, decoding, reading } = this.#options;
    inlet.taken(message.data.length);
    if (!inlet.heeds) return;
    if (typeof message.data !== "string") return this.#next(message);
    const { maxBytes } = reading;
    // Messages may measure less than usual for now.
    this.#said = decode(message.data, format, maxBytes === undefined ? decoding : { ...decoding, maxBytes });
    return this.#pass();
  }

  #pass(): undefined {
    const { reading, outbox } = this.#options;
    for (let passed = 0; this.#at < this.#said.length; passed += 1) {
      if (reading.paused) return; // its end says `eased`
      if (outbox.full) return this.#wait();
      if (passed === AT_ONCE) return this.#yieldTurn();
      const decoded = this.#said[this.#at] as Decoded;
      this.#at += 1;
      this.#next({ type: "said", decoded });
    }
    this.#said = NOTHING;
    this.#at = 0;
  }

  /** Goes on behind whoever else is waiting: a long batch is no reason to keep them. */
  #yieldTurn(): undefined {
    this.#context.hold("outbox");
    this.#context.self.tell({ type: "eased" });
  }

  #wait(): undefined {
    const { self } = this.#context;
    this.#context.hold("outbox");
    this.#options.outbox.whenDrained(() => {
      self.tell({ type: "eased" });
    });
  }

  #eased(): undefined {
    this.#context.release("outbox");
    return this.#pass();
  }
}

const NOTHING: readonly Decoded[] = [];
