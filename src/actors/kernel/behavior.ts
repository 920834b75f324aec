import type { Context } from "./context.ts";

/**
 * What an actor does with one message.
 *
 * Synchronous by type: a promise is not `undefined`, so an `async` handler does not compile, and neither does one that
 * leaks a value. Work that takes time comes back as a message, through {@linkcode Context.pipe}.
 */
export type Handle<M> = (message: M) => undefined;

/**
 * An actor's recipe, run once per life: it closes over that life's state, so a restart is simply a fresh call.
 *
 * Return a *named* function where you can; its name is what the actor tree shows.
 */
export type Behavior<M> = (context: Context<M>) => Handle<M>;

/** One concern around every message of an actor, whatever behaviour it has become. The first layer is the outermost. */
export type Layer<M> = (context: Context<M>, next: Handle<M>) => Handle<M>;
