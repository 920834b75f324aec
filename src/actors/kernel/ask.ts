import type { ActorRef } from "./ref.ts";
import type { Timers } from "./timers.ts";

/** What to ask: makes the message from the way back, which is to be called once. */
export type Question<M, T> = (reply: (answer: T) => undefined) => M;

/** How `ActorSystem.ask` works: a message with a way back, against a timer. */
export function ask<M, T>(
  timers: Timers,
  ref: ActorRef<M>,
  { question, timeoutMs }: { readonly question: Question<M, T>; readonly timeoutMs: number },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = timers.set(timeoutMs, {
      ring: () => reject(new Error(`Cannot ask ${ref.path}: no answer within ${timeoutMs} ms`)),
    });
    function reply(answer: T): undefined {
      timers.cancel(timer);
      resolve(answer);
    }
    if (ref.tell(question(reply))) return;
    timers.cancel(timer);
    reject(new Error(`Cannot ask ${ref.path}: its mailbox refuses`));
  });
}
