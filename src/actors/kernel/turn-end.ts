import type { HandedOut, TurnEndStage } from "./context.ts";
import type { TurnEnd } from "./dispatcher.ts";

/** On whose behalf something runs at the end of a turn. */
export interface Living {
  readonly ended: boolean;
  /** What was run has thrown. */
  failed(error: unknown): void;
}

/**
 * What a life runs at the end of a turn, as long as it has not ended. One object, since of thousands that run in a row each
 * costs what it touches.
 */
export class LifesTurnEnd implements TurnEnd {
  readonly stage: TurnEndStage;
  requested = false;
  readonly #life: Living;
  readonly #run: () => HandedOut | undefined;

  constructor(life: Living, stage: TurnEndStage, run: () => HandedOut | undefined) {
    this.#life = life;
    this.stage = stage;
    this.#run = run;
  }

  run(): HandedOut | undefined {
    if (this.#life.ended) return undefined;
    try {
      return this.#run();
    } catch (error) {
      this.#life.failed(error);
      return undefined;
    }
  }
}
