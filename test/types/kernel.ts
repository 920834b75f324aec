/**
 * What must compile and, above all, what must not: each `@ts-expect-error` fails the type check once its line compiles.
 * Nothing here runs.
 */
import type { Behavior, Handle, Layer } from "../../src/actors/kernel/behavior.ts";
import type { Context } from "../../src/actors/kernel/context.ts";
import type { ActorRef } from "../../src/actors/kernel/ref.ts";

type Counted =
  | { readonly type: "add"; readonly by: number }
  | { readonly type: "added"; readonly sum: number }
  | { readonly type: "failed"; readonly error: unknown };

declare const context: Context<Counted>;
declare const counter: ActorRef<Counted>;
declare const load: () => Promise<number>;

// A handler that answers nothing, under a name of its own.
export const counts: Behavior<Counted> = (context) => {
  let sum = 0;
  return function counting(message): undefined {
    if (message.type !== "add") return undefined;
    sum += message.by;
    context.self.tell({ type: "added", sum });
  };
};

// @ts-expect-error an async handler hands back a promise
export const asyncHandle: Handle<Counted> = async (): Promise<undefined> => undefined;

// @ts-expect-error neither is an async function without any value
export const asyncVoid: Handle<Counted> = async () => {};

// @ts-expect-error a handler that leaks a value may be taken for something else
export const leaking: Handle<Counted> = (message) => message.type;

// @ts-expect-error so may one that leaks what `tell` returns
export const leakingTell: Handle<Counted> = (message) => counter.tell(message);

// @ts-expect-error `void` hides a promise
export const hiding: Handle<Counted> = (message): void => console.log(message);

// @ts-expect-error an async behaviour has no handler yet when its first message comes
export const asyncBehavior: Behavior<Counted> = async (): Promise<Handle<Counted>> => () => undefined;

// @ts-expect-error a behaviour whose handler is async
export const asyncInside: Behavior<Counted> = () => async () => undefined;

// @ts-expect-error a behaviour without a handler
export const empty: Behavior<Counted> = () => undefined;

// A layer goes around every message.
export const logs: Layer<Counted> = (context, next) =>
  function logging(message): undefined {
    context.cancel(message.type);
    return next(message);
  };

// @ts-expect-error an async layer would let messages overtake each other
export const asyncLayer: Layer<Counted> = (_, next) => async (message) => next(message);

// @ts-expect-error a layer passes on messages of its actor only
export const wrongLayer: Layer<Counted> = (_, next) => () => next({ type: "subtract" });

export function tells(): void {
  counter.tell({ type: "add", by: 1 });
  // @ts-expect-error no such message
  counter.tell({ type: "subtract", by: 1 });
  // @ts-expect-error a field is missing
  counter.tell({ type: "add" });
  // @ts-expect-error a field of the wrong type
  counter.tell({ type: "add", by: "1" });
  // @ts-expect-error an actor is told messages, not promises of them
  counter.tell(Promise.resolve({ type: "add", by: 1 } as const));
}

export function hands(): void {
  const adder: ActorRef<{ readonly type: "add"; readonly by: number }> = counter;
  adder.tell({ type: "add", by: 1 });
  // @ts-expect-error who understands less can't stand in for who understands more
  const more: ActorRef<Counted | { readonly type: "reset" }> = counter;
  more.tell({ type: "reset" });
}

export function waits(): void {
  const added = (sum: number): Counted => ({ type: "added", sum });
  const failed = (error: unknown): Counted => ({ type: "failed", error });
  const other = (_: Context<"other">) => (_message: "other") => undefined;
  context.pipe(load(), added, failed);
  // @ts-expect-error a failure must become a message as well
  context.pipe(load(), added);
  // @ts-expect-error what comes back must be a message of this actor
  context.pipe(load(), (sum) => sum, failed);
  // @ts-expect-error a timer carries a message of this actor
  context.after("later", 10, { type: "subtract" });
  // @ts-expect-error the next behaviour must understand what this actor may be told
  context.become(other);
  // @ts-expect-error the end of a life waits for nothing
  context.onStop(async () => {});
}
