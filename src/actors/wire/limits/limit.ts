/** One limit: its default, what it counts, what it bounds, and what happens past it. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly meaning: string;
  readonly past: string;
}
