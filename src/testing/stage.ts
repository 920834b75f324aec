import { ActorSystem, type Meter, type SystemEvent } from "../actors/kernel/mod.ts";
import { seededRandom } from "./random.ts";
import { StepScheduler } from "./step-scheduler.ts";
import { VirtualClock } from "./virtual-clock.ts";

/**
 * An actor system on which nothing happens by itself: time stands still, and turns run when they are asked for.
 *
 * @example
 * ```ts
 * const stage = new Stage();
 * const clockwork = stage.system.spawn(behavior, { name: "clockwork" });
 * clockwork.tell({ type: "wind" });
 * await stage.settle(); // every message handled, every promise that can be settled
 * await stage.advance(1_000); // and one second later
 * ```
 */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly scheduler: StepScheduler = new StepScheduler();
  /** Everything the system reported so far. */
  readonly events: SystemEvent[] = [];
  readonly system: ActorSystem;

  constructor(options: { readonly seed?: number; readonly meter?: Meter } = {}) {
    const { seed = 1, meter } = options;
    this.system = new ActorSystem(
      { clock: this.clock, random: seededRandom(seed), scheduler: this.scheduler },
      { observe: (event) => this.events.push(event), ...(meter !== undefined && { meter }) },
    );
  }

  /** Runs turns until nothing is left to do at this moment of the virtual clock. */
  async settle(): Promise<void> {
    // A promise that an actor awaits may take several microtasks to settle, and wake it only then.
    for (let quiet = 0; quiet < 16; quiet += 1) {
      while (this.scheduler.step()) quiet = 0;
      await Promise.resolve();
    }
  }

  /** Lets `ms` go by, stopping at each moment at which something is due. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.settle();
    for (let next = this.clock.next; next !== undefined && next <= end; next = this.clock.next) {
      this.clock.moveTo(next);
      await this.settle();
    }
    this.clock.moveTo(end);
    await this.settle();
  }
}
