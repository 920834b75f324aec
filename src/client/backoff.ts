/** The first wait is up to this long, in ms, each further one up to twice as long, and none longer than the last. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** How long to wait before a further attempt: exponential, with full jitter, so that many clients do not come back at once. */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
}
