/** The one in the middle; of two, the lower. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[(values.length - 1) >> 1] ?? Number.NaN;
}

/** How far apart the smallest and the largest are, as a share of the median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** The one that half of them, and that 99 of 100, do not exceed. Sorts what it is given. */
export function percentiles(spans: number[]): { readonly p50: number; readonly p99: number } {
  spans.sort((one, other) => one - other);
  const at = (share: number): number => spans[Math.min(spans.length - 1, Math.floor(spans.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
