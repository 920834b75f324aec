import { createHash } from "node:crypto";
import type { Blobs, Deposit, Reading } from "../actors/files/mod.ts";

/** How much is kept in memory, and whose time it is. */
export interface MemoryBlobsOptions {
  /** Bytes of all files together, those on their way in included. */
  readonly totalBytes?: number;
  /** Ms since 1970. */
  readonly date?: () => number;
}

interface Kept {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly at: number;
}

/** The bytes of files in this process's memory: gone with it. */
export class MemoryBlobs implements Blobs {
  readonly #totalBytes: number;
  readonly #date: () => number;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor({ totalBytes = 256 * 1024 ** 2, date = Date.now }: MemoryBlobsOptions = {}) {
    this.#totalBytes = totalBytes;
    this.#date = date;
  }

  /** What is held in all. */
  get bytes(): number {
    return this.#bytes;
  }

  deposit(): Promise<Deposit> {
    let parts: Uint8Array[] = [];
    let written = 0;
    let whole: Uint8Array<ArrayBuffer> | undefined;
    const digest = createHash("sha256");
    let hash = "";
    return Promise.resolve({
      write: (bytes) => {
        if (this.#bytes + bytes.length > this.#totalBytes) {
          return Promise.reject(new Error("Cannot keep these bytes: the store in memory is full"));
        }
        this.#bytes += bytes.length;
        written += bytes.length;
        digest.update(bytes);
        // A copy: a few bytes may be a view of a buffer of many.
        parts.push(bytes.slice());
        return Promise.resolve();
      },
      seal: () => {
        whole = joined(parts, written);
        parts = [];
        hash = digest.digest("hex");
        return Promise.resolve(hash);
      },
      keep: () => {
        if (whole === undefined) return Promise.reject(new Error("Cannot keep these bytes: they are not sealed"));
        if (this.#kept.has(hash)) this.#bytes -= written;
        else this.#kept.set(hash, { bytes: whole, at: this.#date() });
        [whole, written] = [undefined, 0];
        return Promise.resolve();
      },
      discard: () => {
        this.#bytes -= written;
        [parts, whole, written] = [[], undefined, 0];
        return Promise.resolve();
      },
    });
  }

  open(sha256: string): Promise<Reading | undefined> {
    const bytes = this.#kept.get(sha256)?.bytes;
    if (bytes === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      size: bytes.length,
      read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
      close: () => Promise.resolve(),
    });
  }

  async delete(sha256: string, isUsed?: () => Promise<boolean>): Promise<void> {
    const aside = this.#kept.get(sha256);
    if (aside === undefined) return;
    this.#kept.delete(sha256);
    const used = (await isUsed?.()) === true;
    if (used && !this.#kept.has(sha256)) this.#kept.set(sha256, aside);
    else this.#bytes -= aside.bytes.length;
  }

  async *keptBefore(time: number): AsyncIterable<string> {
    for (const [hash, { at }] of [...this.#kept]) if (at < time) yield hash;
  }

  tidy(): Promise<void> {
    return Promise.resolve(); // what a crash leaves behind in memory is gone
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
