import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { Reading } from "../actors/files/mod.ts";

/** A file of a store that is being read. Read from the first byte on, it is checked against its hash on the way. */
export class DiskReading implements Reading {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #sha256: string;
  readonly #digest: Hash = createHash("sha256");
  /** So many bytes from the first on have been read in order, and checked. */
  #checked = 0;

  constructor(file: FileHandle, { size, sha256 }: { readonly size: number; readonly sha256: string }) {
    this.#file = file;
    this.size = size;
    this.#sha256 = sha256;
  }

  static async open(path: string, sha256: string): Promise<DiskReading> {
    const file = await open(path, "r");
    try {
      return new DiskReading(file, { size: (await file.stat()).size, sha256 });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(at: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - at));
    if (wanted === 0) return new Uint8Array(0);
    const { buffer, bytesRead } = await this.#file.read(new Uint8Array(wanted), 0, wanted, at);
    if (bytesRead === 0) throw new Error(`Cannot read ${this.#sha256}: its bytes end early`);
    const bytes = buffer.subarray(0, bytesRead);
    if (at === this.#checked) this.#check(bytes);
    return bytes;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #check(bytes: Uint8Array): void {
    this.#digest.update(bytes);
    this.#checked += bytes.length;
    if (this.#checked < this.size || this.#digest.digest("hex") === this.#sha256) return;
    throw new Error(`Cannot read ${this.#sha256}: its bytes are not what was kept`);
  }
}
