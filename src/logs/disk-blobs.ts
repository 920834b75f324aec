import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Blobs, Deposit, Reading } from "../actors/files/mod.ts";
import { DiskReading } from "./disk-reading.ts";

/** What the name of bytes that are being removed begins with. */
const ASIDE = "aside-";

const HASH = /^[0-9a-f]{64}$/;

/**
 * How much is written at most before the disk is waited for: the log's commits wait for what is on its way to the same disk,
 * and of 10 MiB at once that can be a tenth of a second.
 */
const SYNC_BYTES = 262_144;

/**
 * The bytes of files in a folder, each in a file that bears its SHA-256, two folders deep. They are written beside it, and
 * made durable and renamed as one step, so whatever stands there is whole.
 */
export class DiskBlobs implements Blobs {
  readonly #root: string;
  readonly #incoming: string;

  constructor(folder: string) {
    this.#root = folder;
    this.#incoming = join(folder, "incoming");
  }

  async deposit(): Promise<Deposit> {
    await mkdir(this.#incoming, { recursive: true });
    const path = join(this.#incoming, randomUUID());
    const file = await open(path, "wx");
    const digest = createHash("sha256");
    let hash = "";
    let state: "open" | "sealed" | "done" = "open";
    let unsynced = 0;
    return {
      write: async (bytes) => {
        digest.update(bytes);
        await writeAll(file, bytes);
        unsynced += bytes.length;
        if (unsynced < SYNC_BYTES) return;
        unsynced = 0;
        await file.datasync();
      },
      seal: async () => {
        await file.sync();
        await file.close();
        state = "sealed";
        hash = digest.digest("hex");
        return hash;
      },
      keep: async () => {
        if (state !== "sealed") throw new Error("Cannot keep these bytes: they are not sealed");
        await this.#keep(path, hash);
        state = "done";
      },
      discard: async () => {
        if (state === "done") return;
        if (state === "open") await file.close().catch(() => undefined); // it may have been closed by what failed
        state = "done";
        await unlink(path).catch(unlessMissing);
      },
    };
  }

  async open(sha256: string): Promise<Reading | undefined> {
    if (!HASH.test(sha256)) return undefined;
    try {
      return await DiskReading.open(this.#path(sha256), sha256);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async delete(sha256: string, isUsed: () => Promise<boolean> = nobody): Promise<void> {
    const aside = join(this.#incoming, `${ASIDE}${sha256}-${randomUUID()}`);
    await mkdir(this.#incoming, { recursive: true });
    try {
      await rename(this.#path(sha256), aside);
    } catch (error) {
      return unlessMissing(error);
    }
    // Whoever keeps the same bytes from now on brings its own; whoever did before has said so by now.
    if (await isUsed()) await this.#putBack(aside, sha256);
    else await unlink(aside).catch(unlessMissing);
  }

  async *keptBefore(time: number): AsyncIterable<string> {
    for (const first of await names(this.#root)) {
      if (first.length !== 2) continue;
      for (const second of await names(join(this.#root, first))) {
        const folder = join(this.#root, first, second);
        for (const name of await names(folder)) {
          if (HASH.test(name) && (await changedAt(join(folder, name))) < time) yield name;
        }
      }
    }
  }

  async tidy(time: number): Promise<void> {
    for (const name of await names(this.#incoming)) {
      const path = join(this.#incoming, name);
      if ((await changedAt(path)) >= time) continue;
      // A crash has left it aside, without a word on whether it is used: the next sweep tells.
      if (name.startsWith(ASIDE)) await this.#putBack(path, name.slice(ASIDE.length, ASIDE.length + 64));
      else await unlink(path).catch(unlessMissing);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #path(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  async #putBack(path: string, hash: string): Promise<void> {
    await rename(path, this.#path(hash)).catch(unlessMissing);
  }

  async #keep(path: string, hash: string): Promise<void> {
    const [first, second] = [join(this.#root, hash.slice(0, 2)), join(this.#root, hash.slice(0, 2), hash.slice(2, 4))];
    await mkdir(second, { recursive: true });
    // Under the same hash the same bytes: it makes no difference which of them stay.
    await rename(path, this.#path(hash));
    // A name survives a power cut once its folder is on the disk, and so does each folder's own (fsync(2)).
    for (const folder of [second, first, this.#root]) await syncFolder(folder);
  }
}

/** A file may take fewer bytes at a time than it is given (write(2)). */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error) || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** When a file was last written to; never, where it has gone meanwhile. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    unlessMissing(error);
    return Number.POSITIVE_INFINITY;
  }
}

async function nobody(): Promise<boolean> {
  return false;
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
