import { type ActorRef, ActorSystem, type Behavior, realPorts } from "../../src/mod.ts";
import { CROWD, type KernelWork, QUESTIONS } from "./work.ts";

const system = new ActorSystem(realPorts());
/** As large as the work: what is measured is handling messages, and not refusing them. */
const mailbox = { classes: { user: { limit: Number.MAX_SAFE_INTEGER } }, classOf: () => "user" as const };

/** Counts messages down to nothing. */
function counter(count: number, done: () => void): Behavior<number> {
  return function counter() {
    let left = count;
    return function handle(): undefined {
      left -= 1;
      if (left === 0) done();
    };
  };
}

/** This project's kernel. */
export const work: KernelWork = {
  tell: (count) =>
    new Promise((resolve) => {
      const ref = system.spawn(counter(count, resolve), { mailbox });
      for (let at = 0; at < count; at += 1) ref.tell(at);
    }),

  hop: (count) =>
    new Promise((resolve) => {
      const pair: ActorRef<number>[] = [];
      for (const other of [1, 0]) {
        pair.push(
          system.spawn<number>(() => (left) => {
            if (left === 0) resolve();
            else pair[other]?.tell(left - 1);
          }),
        );
      }
      pair[0]?.tell(count);
    }),

  async ask(count) {
    const ref = system.spawn<{ n: number; reply: (answer: number) => undefined }>(
      () =>
        ({ n, reply }) =>
          reply(n + 1),
    );
    async function askOn(): Promise<void> {
      for (let at = 0; at < count; at += QUESTIONS) {
        await system.ask(ref, (reply: (answer: number) => undefined) => ({ n: at, reply }));
      }
    }
    await Promise.all(Array.from({ length: QUESTIONS }, askOn));
  },

  async spawn(count) {
    for (let born = 0; born < count; born += CROWD) {
      await new Promise<void>((resolve) => {
        let left = CROWD;
        for (let at = 0; at < CROWD; at += 1) {
          const ref = system.spawn<number>((context) => () => {
            left -= 1;
            if (left === 0) resolve();
            return context.stop();
          });
          ref.tell(at);
        }
      });
    }
  },

  crowd: (count) =>
    new Promise((resolve) => {
      let left = count;
      const refs = Array.from({ length: CROWD }, () =>
        system.spawn<number>(
          () => () => {
            left -= 1;
            if (left === 0) resolve();
          },
          { mailbox },
        ),
      );
      for (let at = 0; at < count; at += 1) refs[at % CROWD]?.tell(at);
    }),

  stage: (count) =>
    new Promise((resolve) => {
      let [writes, handled] = [0, 0];
      const ref = system.spawn<number>(
        (context) => {
          const requestWrite = context.onTurnEnd(() => {
            writes += 1;
            if (handled === count) resolve(writes);
          });
          return () => {
            handled += 1;
            return requestWrite();
          };
        },
        { mailbox },
      );
      for (let at = 0; at < count; at += 1) ref.tell(at);
    }),
};
