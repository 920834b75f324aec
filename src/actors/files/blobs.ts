/** Bytes on their way into the store: kept under the hash of them all, or nothing of them is. */
export interface Deposit {
  /** Takes the next bytes; resolves once there is room for more. One at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Has everything written durably and answers its SHA-256 in lower-case hexadecimal; nobody can read it yet. */
  seal(): Promise<string>;
  /** Makes what was sealed part of the store, for good once this resolves. Bytes that are there already are kept once. */
  keep(): Promise<void>;
  /** Throws away what was not kept. */
  discard(): Promise<void>;
}

/** Kept bytes that are being read, whatever becomes of them in the store meanwhile. */
export interface Reading {
  readonly size: number;
  /**
   * The bytes from `at` on, `length` of them at most and at least one where there is one.
   *
   * @throws where they are not what was kept: at the latest in place of the last ones, when read from the first on.
   */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * The port that keeps the bytes of files, each under the SHA-256 of its content. Each engine behind it passes the same
 * contract suite. What it cannot do at present (a full disk, say) it rejects, and leaves nothing half done behind.
 */
export interface Blobs {
  /** Begins to take bytes. */
  deposit(): Promise<Deposit>;
  /** Opens what is kept under a hash; `undefined`: nothing is. */
  open(sha256: string): Promise<Reading | undefined>;
  /**
   * Removes what is kept under a hash, if anything is; readings under way go on. Where several nodes share the store, one of
   * them may be keeping the same bytes at this moment: `isUsed` is asked once they are out of its way, and has them put back.
   */
  delete(sha256: string, isUsed?: () => Promise<boolean>): Promise<void>;
  /** The hashes of what has been kept since before a time, in ms since 1970. */
  keptBefore(time: number): AsyncIterable<string>;
  /** Removes what was begun before a time, not written to since, and never kept: a crash has left it. */
  tidy(time: number): Promise<void>;
  close(): Promise<void>;
}
