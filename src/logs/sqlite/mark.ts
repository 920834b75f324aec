import { Buffer } from "node:buffer";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

const MARK = "mark.json";
const COMMITS = "commits";

/**
 * What the folder knows of its database, beside it: a copy of the database that is put back does not bring it along, so
 * that one which has gone back is found out.
 */
export interface Mark {
  readonly identity: string;
  readonly boots: number;
  /** Whether the number of boots was about to be written into the database. */
  readonly opening: boolean;
  /** Whether the last server closed it in order. */
  readonly closed: boolean;
  readonly durability: "process" | "power";
  /** The machine's start, as far as it says: what a process has written outlives the process, not the machine. */
  readonly machine: string;
}

/** The folder's mark; `undefined`: there is none that can be read. */
export function readMark(folder: string): Mark | undefined {
  try {
    return JSON.parse(readFileSync(`${folder}/${MARK}`, "utf8")) as Mark;
  } catch {
    return undefined;
  }
}

/** Puts the mark where a crash leaves the old one or the new one. */
export function writeMark(folder: string, mark: Mark): void {
  const fresh = `${folder}/${MARK}.new`;
  const file = openSync(fresh, "w", 0o600);
  try {
    writeSync(file, `${JSON.stringify(mark)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, `${folder}/${MARK}`);
}

/** What names this start of the machine; empty where nothing does. */
export function machineStart(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** How many commits the database had when the folder last heard of it; 0: it does not know. */
export function readCommits(folder: string): number {
  try {
    const [number, again] = readFileSync(`${folder}/${COMMITS}`, "utf8").split(" ");
    return number === again?.trim() && /^\d{1,15}$/.test(number ?? "") ? Number(number) : 0;
  } catch {
    return 0;
  }
}

/**
 * Opens a file of the folder to be written, since rights alone do not tell on every runtime that a file system is read-only.
 *
 * @throws {Error} where it cannot be written.
 */
export function tryToWrite(folder: string): void {
  closeSync(openSync(`${folder}/${COMMITS}`, "a", 0o600));
}

/** Keeps the number of commits: in place and without waiting for the disk, since it only has to outlive the process. */
export class CommitCount {
  readonly #file: number;
  readonly #bytes = Buffer.alloc(32);

  constructor(folder: string) {
    this.#file = openSync(`${folder}/${COMMITS}`, "a+", 0o600);
    closeSync(this.#file);
    this.#file = openSync(`${folder}/${COMMITS}`, "r+");
  }

  say(commits: number): void {
    const number = String(commits).padStart(15, "0");
    const length = this.#bytes.write(`${number} ${number}\n`, "latin1");
    try {
      // As bytes: of a text, Deno (2.9) does not heed where it is to be written.
      writeSync(this.#file, this.#bytes, 0, length, 0);
    } catch {
      // A disk that takes no writes fails commits as well, which say so. A number that is too low accuses no database.
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
