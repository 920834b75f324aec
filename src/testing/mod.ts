export { seededRandom } from "./random.ts";
export { Stage } from "./stage.ts";
export { StepScheduler } from "./step-scheduler.ts";
export { VirtualClock } from "./virtual-clock.ts";
