import { createHash } from "node:crypto";
import type { Blobs, Deposit, Reading } from "../../../src/mod.ts";

interface Kept {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The bytes of files on a simulated disk: what was begun stays there when a process dies, as it does in a folder. */
export class SimulatedFolder implements Blobs {
  readonly #date: () => number;
  readonly kept = new Map<string, Kept>();
  readonly begun = new Map<number, { readonly parts: Uint8Array[]; at: number }>();
  /** Bytes that are being let go of, until it is certain that nobody uses them. */
  readonly aside = new Map<string, Kept>();
  #last = 0;

  constructor(date: () => number) {
    this.#date = date;
  }

  deposit(): Promise<Deposit> {
    const id = (this.#last += 1);
    const part = { parts: [] as Uint8Array[], at: this.#date() };
    this.begun.set(id, part);
    const hash = createHash("sha256");
    let sha256 = "";
    return Promise.resolve({
      write: (bytes) => {
        part.parts.push(bytes.slice());
        part.at = this.#date();
        hash.update(bytes);
        return Promise.resolve();
      },
      seal: () => {
        sha256 = hash.digest("hex");
        return Promise.resolve(sha256);
      },
      keep: () => {
        if (!this.begun.delete(id)) return Promise.reject(new Error("Cannot keep these bytes: they are gone"));
        this.kept.set(sha256, { bytes: Buffer.concat(part.parts), at: this.#date() });
        return Promise.resolve();
      },
      discard: () => {
        this.begun.delete(id);
        return Promise.resolve();
      },
    });
  }

  open(sha256: string): Promise<Reading | undefined> {
    const bytes = this.kept.get(sha256)?.bytes;
    if (bytes === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      size: bytes.length,
      read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
      close: () => Promise.resolve(),
    });
  }

  async delete(sha256: string, isUsed?: () => Promise<boolean>): Promise<void> {
    const kept = this.kept.get(sha256);
    if (kept === undefined) return;
    this.kept.delete(sha256);
    this.aside.set(sha256, { ...kept, at: this.#date() });
    const used = (await isUsed?.()) === true;
    if (used) this.#putBack(sha256);
    else this.aside.delete(sha256);
  }

  async *keptBefore(time: number): AsyncIterable<string> {
    for (const [hash, { at }] of [...this.kept]) if (at < time) yield hash;
  }

  tidy(time: number): Promise<void> {
    for (const [id, { at }] of this.begun) if (at < time) this.begun.delete(id);
    for (const [sha256, { at }] of [...this.aside]) if (at < time) this.#putBack(sha256);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #putBack(sha256: string): void {
    const kept = this.aside.get(sha256);
    this.aside.delete(sha256);
    if (kept !== undefined && !this.kept.has(sha256)) this.kept.set(sha256, kept);
  }
}
