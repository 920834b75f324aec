import type { Records } from "../room/mod.ts";
import { allOf } from "./all-of.ts";
import { type File, fromRecord, toRecord } from "./file.ts";

const PAGE = 200;
/** For so long, in ms, a claim stands: as a file may take to be entered, and a message to name it. */
const CLAIM_MS = 600_000;

/** What files there are: one record for each by its id, and one by the hash of its bytes, which several may share. */
export class Catalogue {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async find(id: string): Promise<File | undefined> {
    const stored = await this.#records.get(`file ${id}`);
    return stored === undefined ? undefined : fromRecord(stored.value);
  }

  /** Says that a file with these bytes is about to be kept: from now on they are used. A crash takes that back in time. */
  async claim(id: string, sha256: string): Promise<void> {
    await this.#records.put(`blob ${sha256} ${id}`, true, { ttlMs: CLAIM_MS });
  }

  async withdraw(id: string, sha256: string): Promise<void> {
    await this.#records.delete(`blob ${sha256} ${id}`);
  }

  /** Enters a file whose bytes are kept. */
  async enter(id: string, file: File): Promise<void> {
    await this.#records.put(`file ${id}`, toRecord(file));
    await this.#records.put(`blob ${file.sha256} ${id}`, true);
  }

  /** Takes a file out; answers it to the one who did. */
  async remove(id: string): Promise<File | undefined> {
    const stored = await this.#records.get(`file ${id}`);
    if (stored === undefined) return undefined;
    const { type } = await this.#records.delete(`file ${id}`, { expected: stored.version });
    if (type === "conflict") return undefined;
    const file = fromRecord(stored.value);
    await this.#records.delete(`blob ${file.sha256} ${id}`);
    return file;
  }

  /** Whether any file has these bytes. */
  async uses(sha256: string): Promise<boolean> {
    const prefix = `blob ${sha256} `;
    for await (const { key, expiresAt } of allOf(this.#records, prefix)) {
      if (expiresAt !== undefined) return true; // it is coming in at this moment, here or on another node
      if ((await this.find(key.slice(prefix.length))) !== undefined) return true;
      await this.#records.delete(key); // a crash has left it
    }
    return false;
  }

  /** Every file, a page at a time. */
  async *pages(): AsyncIterable<readonly (readonly [id: string, file: File])[]> {
    let page: [string, File][] = [];
    for await (const { key, value } of allOf(this.#records, "file ")) {
      page.push([key.slice("file ".length), fromRecord(value)]);
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
}
