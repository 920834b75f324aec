import type { Host } from "../../actors/room/mod.ts";

/** How often the ticker says something, in ms. */
const TICK_MS = 700;

/** A host that says and sets something new every while, until a moment on the common clock: `who` tells its nodes apart. */
export function ticker(room: string, { who, untilMs }: { readonly who: string; readonly untilMs: number }): Host {
  let said = 0;
  return {
    name: "ticker",
    rooms: (name) => name === room,
    behavior({ publish, set }) {
      return function ticking(context) {
        context.every("tick", TICK_MS, { type: "tick" });
        return function handle(message): undefined {
          if (message.type !== "tick" || context.now() >= untilMs) return;
          said += 1;
          publish(context, { content: `tick ${said} of ${who}` });
          set(context, { tick: `${said} of ${who}` });
        };
      };
    },
  };
}
