import type { Dice } from "./dice.ts";

/** What is wrong with a log; each number is a probability. */
export interface LogFaults {
  throws: number;
  /** A draft is not appended. */
  refuses: number;
  /** Nobody can tell whether a draft was appended. */
  unsure: number;
  readFails: number;
  /** Until when nothing can be read, on the common clock. */
  deafUntilMs: number;
  /** How long an answer takes at the most; 0: it comes at once. */
  delayMs: number;
  tailLost: number;
  tailTwice: number;
  /** How long word of another node's entry takes at the most; it may overtake others. */
  tailDelayMs: number;
}

/** What goes wrong in a simulation. It is healed by setting it all to nothing. */
export interface Faults {
  readonly log: LogFaults;
  /** A room fails over a message. */
  roomCrash: number;
  /** A write to a socket throws, which fails its connection. */
  socketCrash: number;
  /** How many times a second, on average, each of these happens somewhere. */
  readonly perSecond: {
    drop: number;
    blackhole: number;
    stall: number;
    kill: number;
    drain: number;
    freeze: number;
    jump: number;
    rollBack: number;
    deaf: number;
    /** A node is cut off from what all share, one way or both. */
    part: number;
    /** A disk is full for a while. */
    full: number;
  };
}

/** No faults at all. */
export function noFaults(): Faults {
  return {
    log: {
      throws: 0,
      refuses: 0,
      unsure: 0,
      readFails: 0,
      deafUntilMs: 0,
      delayMs: 0,
      tailLost: 0,
      tailTwice: 0,
      tailDelayMs: 0,
    },
    roomCrash: 0,
    socketCrash: 0,
    perSecond: {
      drop: 0,
      blackhole: 0,
      stall: 0,
      kill: 0,
      drain: 0,
      freeze: 0,
      jump: 0,
      rollBack: 0,
      deaf: 0,
      part: 0,
      full: 0,
    },
  };
}

/**
 * Faults as a seed has them: each kind is there or not, so that some runs have a single one and a rare combination is not
 * drowned by all the others (Groce et al., "Swarm Testing", 2012).
 */
export function someFaults(dice: Dice): Faults {
  const faults = noFaults();
  const { log, perSecond } = faults;
  const sometimes = (probability: number, most: number): number =>
    dice.chance(probability) ? (dice.whole(1, 16) / 16) * most : 0;
  log.throws = sometimes(0.06, 0.02);
  log.refuses = sometimes(0.25, 0.3);
  log.unsure = sometimes(0.25, 0.3);
  log.readFails = sometimes(0.25, 0.4);
  log.delayMs = Math.floor(sometimes(0.6, dice.of([4, 40, 400, 1_500])));
  log.tailLost = sometimes(0.3, 0.5);
  log.tailTwice = sometimes(0.3, 0.5);
  log.tailDelayMs = Math.floor(sometimes(0.6, dice.of([5, 50, 500])));
  faults.roomCrash = sometimes(0.3, 0.02);
  faults.socketCrash = sometimes(0.15, 0.01);
  perSecond.drop = sometimes(0.5, 1);
  perSecond.blackhole = sometimes(0.35, 0.4);
  perSecond.stall = sometimes(0.45, 0.6);
  perSecond.kill = sometimes(0.2, 0.15);
  perSecond.drain = sometimes(0.12, 0.15);
  perSecond.freeze = sometimes(0.2, 0.3);
  perSecond.jump = sometimes(0.2, 0.5);
  perSecond.rollBack = sometimes(0.25, 0.2);
  perSecond.deaf = sometimes(0.25, 0.3);
  return faults;
}

/** Ends every fault. */
export function heal(faults: Faults): undefined {
  const none = noFaults();
  Object.assign(faults.log, none.log);
  Object.assign(faults.perSecond, none.perSecond);
  faults.roomCrash = 0;
  faults.socketCrash = 0;
}
