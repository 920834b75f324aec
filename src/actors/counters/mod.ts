export { Counters } from "./counters.ts";
export { boundsMs, Histogram } from "./histogram.ts";
