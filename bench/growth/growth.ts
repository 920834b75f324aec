/** How something is measured as it grows. */
export interface GrowthOptions {
  /** The subjects, by name. */
  readonly names: readonly string[];
  readonly runs: number;
  /** The checkout that the server is taken from. */
  readonly root: string;
  /** How much of it, for a short look: 1 is all. */
  readonly part: number;
}

/** Measures one thing as it grows, and writes it down as Markdown. */
export type Growth = (options: GrowthOptions) => Promise<string>;
