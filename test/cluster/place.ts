/** Where processes of a cluster run. */
export interface Place {
  /** The address that others reach them by. */
  readonly host: string;
  /** What stands before a command to have it run there. */
  readonly before: readonly string[];
}

/** This machine, as it is. */
export const here: Place = { host: "127.0.0.1", before: [] };
