/** A text that stands in a source exactly once, and what a careless author might have written instead. */
export interface Patch {
  /** Under `src/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A deliberate fault. */
export interface Mutation {
  readonly name: string;
  readonly patches: readonly Patch[];
}

/** A mutation of one text. */
export function mutation(name: string, file: string, change: { readonly from: string; readonly to: string }): Mutation {
  return { name, patches: [{ file, ...change }] };
}
