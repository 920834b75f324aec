import { createRequire } from "node:module";
import { CROWD, type KernelWork, QUESTIONS } from "./work.ts";

/** What is used of nact. */
interface Nact {
  start(): object;
  spawn<S, M>(
    parent: object,
    handle: (state: S, message: M, context: Context) => S,
    name?: string,
    options?: object,
  ): object;
  dispatch(actor: object, message: unknown): void;
  query(actor: object, message: (self: object) => unknown, timeoutMs: number): Promise<unknown>;
  stop(actor: object): void;
}

interface Context {
  readonly self: object;
}

const require = createRequire(new URL("../peers/package.json", import.meta.url));
const { start, spawn, dispatch, query, stop } = require("nact") as Nact;
const system = start();
const none = { initialState: 0 };

/** nact: actors that keep to the event loop by themselves, on Node. Names are given, as making one up costs it more. */
export const work: KernelWork = {
  tell: (count) =>
    new Promise((resolve) => {
      const actor = spawn<number, number>(
        system,
        (handled) => {
          if (handled + 1 === count) resolve();
          return handled + 1;
        },
        named(),
        none,
      );
      for (let at = 0; at < count; at += 1) dispatch(actor, at + 1);
    }),

  hop: (count) =>
    new Promise((resolve) => {
      const pair: object[] = [];
      for (const other of [1, 0]) {
        pair.push(
          spawn<number, { readonly left: number }>(
            system,
            (state, { left }) => {
              if (left === 0) resolve();
              else dispatch(pair[other] as object, { left: left - 1 });
              return state;
            },
            named(),
            none,
          ),
        );
      }
      dispatch(pair[0] as object, { left: count });
    }),

  async ask(count) {
    const actor = spawn<number, { readonly n: number; readonly sender: object }>(
      system,
      (state, { n, sender }) => {
        dispatch(sender, n + 1);
        return state;
      },
      named(),
      none,
    );
    async function askOn(): Promise<void> {
      for (let at = 0; at < count; at += QUESTIONS) await query(actor, (sender) => ({ n: at, sender }), 1_000);
    }
    await Promise.all(Array.from({ length: QUESTIONS }, askOn));
  },

  async spawn(count) {
    for (let born = 0; born < count; born += CROWD) {
      await new Promise<void>((resolve) => {
        let left = CROWD;
        for (let at = 0; at < CROWD; at += 1) {
          const actor = spawn<number, number>(
            system,
            (state, _, { self }) => {
              stop(self);
              left -= 1;
              if (left === 0) resolve();
              return state;
            },
            named(),
            none,
          );
          dispatch(actor, 1);
        }
      });
    }
  },

  crowd: (count) =>
    new Promise((resolve) => {
      let left = count;
      const actors = Array.from({ length: CROWD }, () =>
        spawn<number, number>(
          system,
          (state) => {
            left -= 1;
            if (left === 0) resolve();
            return state;
          },
          named(),
          none,
        ),
      );
      for (let at = 0; at < count; at += 1) dispatch(actors[at % CROWD] as object, at + 1);
    }),
};

let last = 0;

function named(): string {
  last += 1;
  return `actor-${last}`;
}
