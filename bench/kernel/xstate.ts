import { createRequire } from "node:module";
import { CROWD, type KernelWork, QUESTIONS } from "./work.ts";

interface Event {
  readonly type: "told";
  readonly n: number;
}

interface Actor {
  start(): Actor;
  send(event: Event): void;
  stop(): void;
}

/** What is used of xstate. */
interface XState {
  createActor(logic: object): Actor;
  fromTransition<C>(transition: (context: C, event: Event) => C, initial: C): object;
  waitFor(actor: Actor, holds: (snapshot: { readonly context: number }) => boolean): Promise<unknown>;
}

const require = createRequire(new URL("../peers/package.json", import.meta.url));
const { createActor, fromTransition, waitFor } = require("xstate") as XState;

function born<C>(initial: C, transition: (context: C, event: Event) => C): Actor {
  return createActor(fromTransition(transition, initial)).start();
}

/** xstate: its lightest actors with a state of their own. It handles a message on its sender's stack, at once. */
export const work: KernelWork = {
  tell: (count) =>
    new Promise((resolve) => {
      const actor = born(0, (handled) => {
        if (handled + 1 === count) resolve();
        return handled + 1;
      });
      for (let n = 0; n < count; n += 1) actor.send({ type: "told", n });
    }),

  hop: (count) =>
    new Promise((resolve) => {
      const pair: Actor[] = [];
      for (const other of [1, 0]) {
        pair.push(
          born(0, (state, { n }) => {
            if (n === 0) resolve();
            else pair[other]?.send({ type: "told", n: n - 1 });
            return state;
          }),
        );
      }
      pair[0]?.send({ type: "told", n: count });
    }),

  /** It has no questions; its documentation waits for what the actor shows then. */
  async ask(count) {
    const actors = Array.from({ length: QUESTIONS }, () => born(0, (_, { n }) => n + 1));
    await Promise.all(
      actors.map(async (actor) => {
        for (let n = 0; n < count; n += QUESTIONS) {
          const answered = waitFor(actor, ({ context }) => context === n + 1);
          actor.send({ type: "told", n });
          await answered;
        }
      }),
    );
  },

  async spawn(count) {
    for (let made = 0; made < count; made += CROWD) {
      for (let n = 0; n < CROWD; n += 1) {
        const actor = born(0, (handled) => handled + 1);
        actor.send({ type: "told", n });
        actor.stop();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  },

  crowd: (count) =>
    new Promise((resolve) => {
      let left = count;
      const actors = Array.from({ length: CROWD }, () =>
        born(0, (handled) => {
          left -= 1;
          if (left === 0) resolve();
          return handled + 1;
        }),
      );
      for (let n = 0; n < count; n += 1) actors[n % CROWD]?.send({ type: "told", n });
    }),
};
