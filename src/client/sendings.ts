import type { Said } from "./command.ts";
import type { Errand, Errands } from "./errands.ts";
import { Refusal } from "./refusal.ts";
import type { Sending, ShownMessage } from "./room-state.ts";

interface Own {
  message: ShownMessage;
  readonly command: Said;
  errand?: Errand;
  /** Whether it was said, so that it may stand in the log. */
  said?: boolean;
}

/** What one's own messages are sent through. */
export interface SendingsOptions {
  readonly errands: Errands;
  /** Whether the entry of a place has come already, or never will. */
  readonly isPast: (seq: number) => boolean;
  readonly changed: () => void;
}

/** One's own messages that do not stand in the transcript yet, in the order in which they are sent. */
export interface Sendings {
  /** Others, and these behind them: the same list as long as nothing in it has changed. */
  behind(others: readonly ShownMessage[]): readonly ShownMessage[];
  /** Sends a message by a command that bears its key, behind those that were sent before. */
  send(key: string, message: ShownMessage, command: Said): Sending;
  /** Sends again what has failed, behind the others, under its key. */
  retry(key: string): Sending | undefined;
  /** Takes out what has failed, or was never said; answers whether it did. */
  discard(key: string): boolean;
  /** An entry with this key stands in the transcript. */
  arrived(key: string | undefined, seq: number): void;
  /** The transcript begins anew: what was acknowledged is in it, or lies before it. */
  restart(): void;
}

/** Makes a place for one's own messages. */
export function sendings({ errands, isPast, changed }: SendingsOptions): Sendings {
  const all = new Map<string, Own>();
  let list: readonly ShownMessage[] = [];

  function send(key: string, own: Own): Sending {
    all.delete(key);
    all.set(key, own);
    const done = new Promise<{ readonly seq: number }>((resolve, reject) => {
      own.errand = {
        command() {
          own.said = true;
          return own.command;
        },
        done(answer, refusal) {
          const { failure: _, ...message } = own.message;
          delete own.errand;
          changed();
          if (refusal) {
            own.message = { ...message, state: "failed", failure: refusal };
            return reject(refusal);
          }
          const { seq } = answer as { readonly seq: number };
          own.message = { ...message, state: "sent", seq };
          if (isPast(seq)) all.delete(key);
          resolve({ seq });
        },
      };
      errands.add(own.errand);
    });
    done.catch(() => undefined); // it shows in the list
    changed();
    return { key, done };
  }

  /** An errand has been done otherwise than by its answer. */
  function settle({ errand }: Own, ...outcome: Parameters<Errand["done"]>): undefined {
    if (!errand) return;
    errands.remove(errand);
    errand.done(...outcome);
  }

  return {
    behind(others) {
      const now = [...others, ...[...all.values()].map(({ message }) => message)];
      if (now.length !== list.length || now.some((message, at) => message !== list[at])) list = now;
      return list;
    },
    send: (key, message, command) => send(key, { message, command }),
    retry(key) {
      const own = all.get(key);
      if (own?.message.state !== "failed") return undefined;
      const { failure: _, ...message } = own.message;
      return send(key, { ...own, message: { ...message, state: "sending" } });
    },
    discard(key) {
      const own = all.get(key);
      if (!own || (own.said && own.message.state !== "failed")) return false;
      all.delete(key);
      settle(own, undefined, new Refusal("discarded"));
      changed();
      return true;
    },
    arrived(key = "", seq) {
      const own = all.get(key);
      if (own) settle(own, { type: "ack", seq });
      all.delete(key);
    },
    restart() {
      for (const [key, { message }] of all) if (message.state === "sent") all.delete(key);
    },
  };
}
