import type { Behavior, Layer } from "./behavior.ts";
import { Children } from "./children.ts";
import type { Ending, SpawnOptions } from "./context.ts";
import type { Runnable } from "./dispatcher.ts";
import { Guarded, Life } from "./life.ts";
import { Mailbox } from "./mailbox.ts";
import type { ActorRef } from "./ref.ts";
import { type ActorSnapshot, failureOf, type LastFailure } from "./snapshot.ts";
import { RestartIntensity, stopOnFailure } from "./supervision.ts";
import type { TreeNode } from "./tree.ts";
import type { World } from "./world.ts";

/** An actor's place: what stays the same from one life to the next. Others know it as an {@linkcode ActorRef}. */
export class Cell<M> implements ActorRef<M>, Runnable, TreeNode {
  readonly path: string;
  readonly world: World;
  readonly behavior: Behavior<M>;
  readonly layers: readonly Layer<M>[];
  readonly parent: TreeNode | undefined;
  readonly #mailbox: Mailbox<M, Guarded<M>>;
  readonly #intensity: RestartIntensity;
  readonly #children: Children;
  #watchers: Map<object, (ending: Ending) => void> | undefined;
  #life: Life<M> | undefined;
  #state: "running" | "resting" | "stopping" | "ended" = "running";
  #ending: Ending = { type: "stopped" };
  #rested = false;
  #stopAsked = false;
  /** Why nothing but control is taken at present. */
  #holds: Set<string> | undefined;
  #queued = false;
  #busySince = 0;
  #restarts = 0;
  #lastFailure: LastFailure | undefined;

  constructor(
    world: World,
    { parent, path }: { readonly parent: TreeNode | undefined; readonly path: string },
    { behavior, options }: { readonly behavior: Behavior<M>; readonly options: SpawnOptions<M> },
  ) {
    this.world = world;
    this.parent = parent;
    this.path = path;
    this.#children = new Children(path);
    this.behavior = behavior;
    this.layers = options.layers ?? [];
    this.#mailbox = new Mailbox(options.mailbox, this);
    this.#intensity = new RestartIntensity(options.supervision ?? stopOnFailure);
    this.#begin();
  }

  tell(message: M): boolean {
    if (this.#state === "ended" || this.#state === "stopping") {
      this.world.deadLetters.add(this.path, "stopped", message);
      return false;
    }
    const taken = this.#mailbox.put(message);
    if (taken) this.#arrived();
    return taken;
  }

  /** There was no room for a message. */
  shed(message: M): void {
    this.world.deadLetters.add(this.path, "overflow", message);
  }

  /** Puts something into the control lane, which takes it whatever the mailbox holds. */
  urge(item: Guarded<M>): void {
    if (this.#state === "ended") {
      this.world.deadLetters.add(this.path, "stopped", item.message);
      return;
    }
    this.#mailbox.urge(item);
    this.#arrived();
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  stop(): undefined {
    if (this.#state === "resting") return this.#stopping({ type: "stopped" });
    this.#stopAsked = true;
    this.#wake();
  }

  spawn<C>(behavior: Behavior<C>, options: SpawnOptions<C>): ActorRef<C> {
    return this.#children.add(options.name, (path) => {
      if (this.#state !== "running") throw new Error(`Cannot spawn ${path}: its parent is stopping`);
      return new Cell(this.world, { parent: this, path }, { behavior, options });
    });
  }

  /** Stops a child; one that has ended already is let be, and one that is none cannot be stopped. */
  stopChild(child: TreeNode): undefined {
    if (child.parent !== this) throw new Error(`Cannot stop ${child.path}: it is no child of ${this.path}`);
    if (!child.ended) child.stop();
  }

  watch(watcher: object, notify: (ending: Ending) => void): void {
    if (this.#state === "ended") notify(this.#ending);
    else (this.#watchers ??= new Map()).set(watcher, notify);
  }

  unwatch(watcher: object): void {
    this.#watchers?.delete(watcher);
  }

  run(limit: number, untilMs: number): boolean {
    for (let taken = 0; taken < limit && this.#state === "running"; taken += 1) {
      if (this.#stopAsked) {
        this.#stopping({ type: "stopped" });
        break;
      }
      const item = this.#holds !== undefined ? this.#mailbox.takeControl() : this.#mailbox.take();
      if (item === undefined) break;
      this.#deliver(item);
      if ((taken & 3) === 3 && this.world.ports.clock.now() >= untilMs) break;
    }
    this.#queued = this.#state === "running" && this.#waiting;
    return this.#queued;
  }

  hold(reason: string): void {
    (this.#holds ??= new Set()).add(reason);
  }

  release(reason: string): void {
    this.#holds?.delete(reason);
    if (this.#holds?.size === 0) this.#holds = undefined;
    this.#wake();
  }

  /** Something that was run on behalf of a life has thrown: that actor's failure, unless the life is over. */
  failedIn(life: Life<M>, error: unknown): undefined {
    if (life === this.#life && this.#state === "running") return this.#fail(error);
    this.world.report({ type: "failed", path: this.path, error, outcome: "ignored" });
  }

  snapshot(): ActorSnapshot {
    const now = this.world.ports.clock.now();
    const depth = this.#mailbox.depth;
    return {
      path: this.path,
      behavior: this.#life?.phase ?? this.behavior.name,
      state: this.#state,
      mailbox: {
        depth,
        control: this.#mailbox.controlDepth,
        busyMs: depth > 0 ? now - this.#busySince : 0,
        dropped: this.#mailbox.dropped,
      },
      restarts: this.#restarts,
      lastFailure: this.#lastFailure,
      children: this.#children.snapshot(),
    };
  }

  /** Whether there is something to do now. */
  get #waiting(): boolean {
    return this.#stopAsked || (this.#holds !== undefined ? this.#mailbox.controlDepth : this.#mailbox.depth) > 0;
  }

  #arrived(): void {
    if (this.#mailbox.depth === 1) this.#busySince = this.world.ports.clock.now();
    this.#wake();
  }

  #wake(): void {
    if (this.#queued || this.#state === "resting" || !this.#waiting) return;
    this.#queued = true;
    this.world.dispatcher.ready(this);
  }

  #deliver(item: M | Guarded<M>): void {
    try {
      if (!(item instanceof Guarded)) this.#life?.handle(item);
      else if (!item.stale) item.handle();
      else if (item.life.ended) this.world.deadLetters.add(this.path, "former-life", item.message);
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(): void {
    this.#state = "running";
    this.#holds = undefined;
    this.#life = new Life(this);
    try {
      this.#life.begin();
    } catch (error) {
      this.#fail(error);
    }
    if (this.#state === "running") this.#wake();
  }

  #fail(error: unknown): undefined {
    const now = this.world.ports.clock.now();
    const delayMs = this.#stopAsked ? undefined : this.#intensity.fail(now);
    this.#lastFailure = failureOf(error, this.world.ports.clock.date());
    const outcome = delayMs === undefined ? "stopped" : "restarted";
    this.world.report({ type: "failed", path: this.path, error, outcome });
    if (delayMs === undefined) return this.#stopping({ type: "failed", error });
    this.#restarts += 1;
    this.#state = "resting";
    this.#rested = false;
    this.#endLife();
    this.#children.stop();
    const ring = (): void => {
      this.#rested = true;
      this.#resume();
    };
    this.world.timers.set(delayMs, { ring });
  }

  /** Begins the next life once the backoff is over and the children of the former one have ended. */
  #resume(): void {
    if (this.#state === "resting" && this.#rested && this.#children.size === 0) this.#begin();
  }

  #stopping(ending: Ending): undefined {
    this.#state = "stopping";
    this.#ending = ending;
    if (this.#children.size === 0) this.#end();
    else this.#children.stop();
  }

  childEnded(path: string): void {
    this.#children.remove(path);
    if (this.#state === "stopping" && this.#children.size === 0) this.#end();
    else this.#resume();
  }

  #end(): void {
    this.#endLife();
    this.#state = "ended";
    for (let left = this.#mailbox.take(); left !== undefined; left = this.#mailbox.take()) {
      this.world.deadLetters.add(this.path, "stopped", left instanceof Guarded ? left.message : left);
    }
    const watchers = this.#watchers;
    this.#watchers = undefined;
    for (const notify of watchers?.values() ?? []) notify(this.#ending);
    if (this.parent === undefined) this.world.topEnded(this.path);
    else this.parent.childEnded(this.path);
  }

  #endLife(): void {
    this.#life?.end((error) => this.world.report({ type: "failed", path: this.path, error, outcome: "ignored" }));
  }
}
