import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import type { Inlet } from "./inlet.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Socket } from "./socket.ts";

/** A connection whose messages come back unchanged, text as text and binary as binary. */
export function echo(socket: Socket, outbox: Outbox, inlet: Inlet): Behavior<ConnectionMessage> {
  return function echo(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    let messages: (string | Uint8Array)[] = [];
    const requestSend = context.onTurnEnd(send, "flush");

    function send(): undefined {
      const due = messages;
      messages = [];
      socket.sendRaw(due);
      outbox.sample();
      if (!outbox.full) return;
      // Nothing more is read until what was sent has gone: a peer that never reads costs its budget.
      context.hold();
      outbox.whenDrained(() => {
        context.self.tell({ type: "eased" });
      });
    }

    return function handle(message: ConnectionMessage): undefined {
      if (message.type === "eased" || message.type === "hungUp") return context.release();
      if (message.type === "drained") return outbox.ease();
      if (message.type !== "received") return;
      inlet.taken(message.data.length);
      messages.push(message.data);
      return requestSend();
    };
  };
}
