import type { Behavior } from "../../src/mod.ts";

/** All that a turnstile is told. */
export type TurnstileMessage =
  | { readonly type: "coin" }
  | { readonly type: "push" }
  | { readonly type: "tooLate" }
  | { readonly type: "count"; readonly reply: (passed: number) => undefined };

/** Lets one person through for each coin, who has three seconds for that. */
export function turnstile(): Behavior<TurnstileMessage> {
  return function turnstile(context) {
    let passed = 0; // the state of one life: a restart begins at 0

    const locked: Behavior<TurnstileMessage> = function locked() {
      return function handle(message): undefined {
        if (message.type === "coin") return context.become(open);
        if (message.type === "count") return message.reply(passed);
      };
    };

    const open: Behavior<TurnstileMessage> = function open() {
      context.after("patience", 3_000, { type: "tooLate" });
      return function handle(message): undefined {
        if (message.type === "count") return message.reply(passed);
        if (message.type === "coin") return; // thanks
        if (message.type === "push") passed += 1;
        context.cancel("patience");
        return context.become(locked);
      };
    };

    return locked(context);
  };
}
