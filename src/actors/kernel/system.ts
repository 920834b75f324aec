import { ask, type Question } from "./ask.ts";
import type { Behavior } from "./behavior.ts";
import { Cell } from "./cell.ts";
import { Children } from "./children.ts";
import type { Ports } from "./clock.ts";
import type { SpawnOptions } from "./context.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { Meter } from "./meter.ts";
import type { ActorRef } from "./ref.ts";
import type { ActorSnapshot } from "./snapshot.ts";
import { Timers } from "./timers.ts";
import type { TreeNode } from "./tree.ts";
import type { World } from "./world.ts";

/** What the operator of a system should hear of. */
export type SystemEvent =
  /** A handler threw; what became of the actor is its `outcome` (`ignored`: it was ending anyway). */
  | {
      readonly type: "failed";
      readonly path: string;
      readonly error: unknown;
      readonly outcome: "restarted" | "stopped" | "ignored";
    }
  /** A batch of one actor's messages held up the event loop. */
  | { readonly type: "stalled"; readonly path: string; readonly ms: number };

/** How a system reports. */
export interface SystemOptions {
  readonly observe?: (event: SystemEvent) => void;
  /** Takes the times of turns; nobody does, when left out. */
  readonly meter?: Meter;
}

/** A tree of actors on one event loop, with its own clock, timers and dead letters. */
export class ActorSystem {
  readonly ports: Ports;
  readonly deadLetters: DeadLetters = new DeadLetters();
  readonly #world: World;
  readonly #top = new Children("");
  #unheard = 0;
  readonly #awaitingEnd: (() => void)[] = [];

  constructor(ports: Ports, options: SystemOptions = {}) {
    const { observe: hear = () => undefined } = options;
    this.ports = ports;
    // What an observer throws must not be taken for the failure of the actor it was told of, nor end a turn.
    const observe = (event: SystemEvent): void => {
      try {
        hear(event);
      } catch {
        this.#unheard += 1;
      }
    };
    this.#world = {
      ports,
      timers: new Timers(ports.clock),
      dispatcher: new Dispatcher(ports.clock, ports.scheduler, {
        onStall: (path, ms) => observe({ type: "stalled", path, ms }),
        meter: options.meter,
      }),
      deadLetters: this.deadLetters,
      report: observe,
      topEnded: (path) => {
        this.#top.remove(path);
        this.#settle();
      },
    };
  }

  /** Starts an actor at the top of the tree or, from outside, as a child of `parent`. */
  spawn<M>(behavior: Behavior<M>, options: SpawnOptions<M> & { readonly parent?: ActorRef<never> } = {}): ActorRef<M> {
    if (options.parent !== undefined) return (options.parent as unknown as TreeNode).spawn(behavior, options);
    return this.#top.add(options.name, (path) => {
      return new Cell(this.#world, { parent: undefined, path }, { behavior, options });
    });
  }

  /** Runs a turn at once, from outside: for input whose answer cannot wait for a macrotask. */
  turn(): undefined {
    this.#world.dispatcher.turn();
  }

  /** Resolves at the end of a turn that leaves no actor with a message to handle. */
  quiet(): Promise<void> {
    return new Promise((resolve) => this.#world.dispatcher.whenQuiet(resolve));
  }

  /**
   * Asks an actor from outside the system, such as from an HTTP route, and resolves with its answer. An actor never
   * asks: it would have to wait.
   *
   * @throws {Error} where the mailbox refuses the question, or no answer comes within `timeoutMs`.
   */
  ask<M, T>(ref: ActorRef<M>, question: Question<M, T>, timeoutMs = 1_000): Promise<T> {
    return ask(this.#world.timers, ref, { question, timeoutMs });
  }

  /** How many events the observer has failed over itself. */
  get unheard(): number {
    return this.#unheard;
  }

  /** Stops one actor from outside: its children first, then itself. */
  stop(ref: ActorRef<never>): undefined {
    (ref as unknown as TreeNode).stop();
  }

  /** Stops every actor, children before parents; resolves once the last has ended. */
  shutdown(): Promise<void> {
    this.#top.stop();
    return new Promise((resolve) => {
      this.#awaitingEnd.push(resolve);
      this.#settle();
    });
  }

  /** The whole tree, as it stands. */
  snapshot(): readonly ActorSnapshot[] {
    return this.#top.snapshot();
  }

  #settle(): void {
    if (this.#top.size > 0) return;
    for (const resolve of this.#awaitingEnd.splice(0)) resolve();
  }
}
