import type { Behavior, Handle } from "./behavior.ts";
import type { Cell } from "./cell.ts";
import type { Context, Ending, HandedOut, SpawnOptions, TurnEndStage } from "./context.ts";
import type { ActorRef } from "./ref.ts";
import { SmallMap } from "./small-map.ts";
import type { Due, Timer } from "./timers.ts";
import type { TreeNode } from "./tree.ts";
import { LifesTurnEnd } from "./turn-end.ts";

/** A message that counts only for the life it was made for and, where it comes from a timer, while that timer stands. */
export class Guarded<M> {
  readonly life: Life<M>;
  readonly message: M;
  readonly alarm: Alarm<M> | undefined;

  constructor(life: Life<M>, message: M, alarm?: Alarm<M>) {
    this.life = life;
    this.message = message;
    this.alarm = alarm;
  }

  get stale(): boolean {
    return this.life.ended || this.alarm?.cancelled === true;
  }

  /** Hands the message to its life, whose timer, if it was one, is over by that. */
  handle(): void {
    if (this.alarm !== undefined) this.life.spent(this.alarm);
    this.life.handle(this.message);
  }
}

/** One setting of a keyed timer: its generation. Setting the key again makes another one. */
class Alarm<M> implements Due {
  readonly key: string;
  readonly message: M;
  readonly #life: Life<M>;
  /** After how long it comes again; `undefined`: it does not. */
  readonly periodMs: number | undefined;
  cancelled = false;
  timer: Timer | undefined;

  constructor(key: string, life: Life<M>, { message, periodMs }: { readonly message: M; readonly periodMs?: number }) {
    this.key = key;
    this.message = message;
    this.#life = life;
    this.periodMs = periodMs;
  }

  ring(): void {
    this.#life.rung(this);
  }
}

/** One life of an actor, from the call of its behaviour to a stop or a failure: the {@linkcode Context} it is given. */
export class Life<M> implements Context<M> {
  readonly #cell: Cell<M>;
  #handle: Handle<M> = unborn;
  #core: Handle<M> = unborn;
  #becomings = 0;
  #alarms: SmallMap<string, Alarm<M>> | undefined;
  #stops: (() => undefined)[] | undefined;
  #watched: SmallMap<TreeNode, true> | undefined;
  /** What it is at present. Its name is looked up when somebody asks: JavaScriptCore takes 80 bytes for one that was read. */
  #behavior: Behavior<M>;
  ended = false;

  constructor(cell: Cell<M>) {
    this.#cell = cell;
    this.#behavior = cell.behavior;
  }

  /** Runs the recipe, with the layers around it: composed once, so that `become` swaps the core alone. */
  begin(): void {
    this.become(this.#cell.behavior);
    const core: Handle<M> = (message) => this.#core(message);
    this.#handle = this.#cell.layers.reduceRight<Handle<M>>((next, layer) => layer(this, next), core);
  }

  get self(): ActorRef<M> {
    return this.#cell;
  }

  /** The name of the present behaviour. */
  get phase(): string {
    return this.#behavior.name;
  }

  handle(message: M): void {
    this.#handle(message);
  }

  now(): number {
    return this.#cell.world.ports.clock.now();
  }

  date(): number {
    return this.#cell.world.ports.clock.date();
  }

  random(): number {
    return this.#cell.world.ports.random();
  }

  become(behavior: Behavior<M>): undefined {
    this.#becomings += 1;
    const becoming = this.#becomings;
    this.#behavior = behavior;
    const core = behavior(this);
    // A behaviour that has become another one while it began is over already.
    if (becoming === this.#becomings) this.#core = core;
  }

  hold(reason = ""): undefined {
    if (!this.ended) this.#cell.hold(reason);
  }

  release(reason = ""): undefined {
    if (!this.ended) this.#cell.release(reason);
  }

  stop(): undefined {
    if (!this.ended) this.#cell.stop();
  }

  spawn<C>(behavior: Behavior<C>, options: SpawnOptions<C> = {}): ActorRef<C> {
    if (this.ended) throw new Error(`Cannot spawn under ${this.#cell.path}: that life has ended`);
    return this.#cell.spawn(behavior, options);
  }

  stopChild(child: ActorRef<never>): undefined {
    if (!this.ended) this.#cell.stopChild(child as unknown as TreeNode);
  }

  watch(ref: ActorRef<never>, toMessage: (ending: Ending) => M): undefined {
    if (this.ended) return;
    const cell = ref as unknown as TreeNode;
    (this.#watched ??= new SmallMap()).set(cell, true);
    cell.watch(this, (ending) => {
      this.#watched?.delete(cell);
      this.#guard(() => this.tell(toMessage(ending)));
    });
  }

  unwatch(ref: ActorRef<never>): undefined {
    const cell = ref as unknown as TreeNode;
    if (this.#watched?.delete(cell)) cell.unwatch(this);
  }

  after(key: string, delayMs: number, message: M): undefined {
    this.cancel(key);
    if (!this.ended) this.#set(new Alarm(key, this, { message }), delayMs);
  }

  every(key: string, periodMs: number, message: M): undefined {
    if (!(periodMs > 0)) throw new RangeError(`Cannot set the timer ${key}: its period is ${periodMs} ms`);
    this.cancel(key);
    if (!this.ended) this.#set(new Alarm(key, this, { message, periodMs }), periodMs);
  }

  #set(alarm: Alarm<M>, delayMs: number): undefined {
    alarm.timer = this.#cell.world.timers.set(delayMs, alarm);
    (this.#alarms ??= new SmallMap()).set(alarm.key, alarm);
  }

  /** A timer's moment has come: its message goes on its way, and where it comes again it is set again. */
  rung(alarm: Alarm<M>): void {
    const { message, periodMs } = alarm;
    alarm.timer = periodMs === undefined ? undefined : this.#cell.world.timers.set(periodMs, alarm);
    this.#cell.urge(new Guarded(this, message, alarm));
  }

  cancel(key: string): undefined {
    const alarm = this.#alarms?.get(key);
    if (alarm === undefined) return;
    this.#alarms?.delete(key);
    this.#end(alarm);
  }

  onStop(run: () => undefined): undefined {
    (this.#stops ??= []).push(run);
  }

  onTurnEnd(run: () => HandedOut | undefined, stage: TurnEndStage = "gather"): () => undefined {
    const end = new LifesTurnEnd(this, stage, run);
    const { dispatcher } = this.#cell.world;
    return function requestTurnEnd(): undefined {
      if (!end.requested) dispatcher.atTurnEnd(end);
    };
  }

  pipe<T>(promise: Promise<T>, toMessage: (value: T) => M, toFailure: (error: unknown) => M): undefined {
    promise.then(
      (value) => this.#guard(() => this.tell(toMessage(value))),
      (error: unknown) => this.#guard(() => this.tell(toFailure(error))),
    );
  }

  /** Runs something on behalf of this life; what it throws is the actor's failure. */
  #guard(run: () => undefined): undefined {
    try {
      run();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Something that was run on behalf of this life has thrown. */
  failed(error: unknown): void {
    this.#cell.failedIn(this, error);
  }

  /** A timer's message is being handled; unless it comes again, that ends the timer. */
  spent(alarm: Alarm<M>): void {
    if (alarm.periodMs === undefined) this.#alarms?.delete(alarm.key);
  }

  /** Tells this life, and no later one, something in the control lane. */
  tell(message: M): undefined {
    this.#cell.urge(new Guarded(this, message));
  }

  /** Ends the life: its timers, its watches, and what it wanted to run. */
  end(onError: (error: unknown) => void): void {
    if (this.ended) return;
    this.ended = true;
    for (const [, alarm] of this.#alarms ?? []) this.#end(alarm);
    for (const [cell] of this.#watched ?? []) cell.unwatch(this);
    for (const run of this.#stops?.reverse() ?? []) {
      try {
        run();
      } catch (error) {
        onError(error);
      }
    }
  }

  #end(alarm: Alarm<M>): void {
    alarm.cancelled = true;
    if (alarm.timer !== undefined) this.#cell.world.timers.cancel(alarm.timer);
  }
}

function unborn(): undefined {
  throw new Error("Cannot handle a message: the behaviour has not returned its handler yet");
}
