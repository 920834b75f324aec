import { type ActorSystem, type Behavior, type Handle, restartOnFailure } from "../../actors/kernel/mod.ts";
import type { Dice } from "./dice.ts";
import { SimulatedFailure } from "./failure.ts";
import type { Ledger } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import type { Timeline } from "./timeline.ts";

/** What a probe is made of. */
export interface ProbeOptions {
  readonly system: ActorSystem;
  readonly machine: Machine;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly dice: Dice;
  /** Until when it is poked, in ms. */
  readonly untilMs: number;
}

type Poke =
  | { readonly type: "poke"; readonly at: number }
  | { readonly type: "rang"; readonly life: number; readonly key: string; readonly setting: number }
  | { readonly type: "settled"; readonly life: number }
  | { readonly type: "release" };

/**
 * An actor among the others that holds the kernel to its own promises: a timer that was cancelled or set anew does not
 * ring, nothing of a former life is handled in the next, messages come in order, and none while it holds.
 */
export function probe({ system, machine, timeline, ledger, dice, untilMs }: ProbeOptions): undefined {
  let lives = 0;
  let pokes = 0;
  let handled = 0;
  const wrong = (text: string): undefined => ledger.fail("kernel", machine.name, text);

  const clockwork: Behavior<Poke> = (context): Handle<Poke> => {
    lives += 1;
    const life = lives;
    const settings = new Map<string, number>();
    let held = false;

    function wind(): undefined {
      const delayMs = dice.whole(1, 4) * 8;
      // Both are due at once, so that the one finds the other in the mailbox.
      for (const key of ["left", "right"]) {
        const setting = (settings.get(key) ?? 0) + 1;
        settings.set(key, setting);
        context.after(key, delayMs, { type: "rang", life, key, setting });
      }
    }

    function cancel(key: string): undefined {
      settings.set(key, (settings.get(key) ?? 0) + 1);
      context.cancel(key);
    }

    function act(): undefined {
      const rolled = dice.random();
      if (rolled < 0.4) return wind();
      if (rolled < 0.55) return cancel(dice.of(["left", "right"]));
      if (rolled < 0.65) throw new SimulatedFailure("Cannot go on: the probe fails now and then");
      if (rolled < 0.8) {
        const later = new Promise<undefined>((resolve) => timeline.after(dice.ms(1, 30), () => resolve(undefined)));
        return context.pipe(
          later,
          () => ({ type: "settled", life }),
          () => ({ type: "settled", life }),
        );
      }
      held = true;
      context.hold();
      context.after("release", dice.whole(1, 40), { type: "release" });
    }

    return function clockwork(message: Poke): undefined {
      if (life !== lives) wrong(`${message.type} was handled by a former life`);
      if (message.type === "release") {
        held = false;
        return context.release();
      }
      if (message.type === "poke") {
        if (held) wrong("a message was handed out while its actor held");
        if (message.at <= handled) wrong(`message ${message.at} behind ${handled}`);
        handled = message.at;
        return act();
      }
      if (message.life !== life) wrong(`${message.type} of a former life`);
      if (message.type !== "rang") return;
      if (settings.get(message.key) !== message.setting) wrong(`a timer rang that was cancelled or set anew`);
      return dice.chance(0.5) ? cancel(message.key === "left" ? "right" : "left") : act();
    };
  };

  const supervision = restartOnFailure({ maxRestarts: 1_000, backoffMs: 1, backoffMaxMs: 4 });
  const ref = system.spawn(clockwork, { name: "probe", supervision });

  function poke(): undefined {
    timeline.after(dice.ms(1, 300), () => {
      if (machine.dead || timeline.now > untilMs) return;
      machine.post(() => {
        pokes += 1;
        ref.tell({ type: "poke", at: pokes });
      });
      poke();
    });
  }
  poke();
}
