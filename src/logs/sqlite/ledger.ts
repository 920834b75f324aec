import type { DatabaseSync, StatementSync } from "node:sqlite";
import { checksum } from "./checksum.ts";
import { type Mark, machineStart, readCommits, readMark, writeMark } from "./mark.ts";

/** What is true of the store as a whole. */
export interface Ledger {
  readonly identity: string;
  /** Part of every room's epoch: another one where acknowledged entries may be missing. */
  era: string;
  boots: number;
  commits: number;
  /** Grows when rooms are forgotten, so that a room that comes back does so under an epoch of its own. */
  incarnation: number;
  /** The oldest policy of the whole house that drafts may have been allowed under. */
  house: number;
  /** The newest version of any record. */
  version: number;
}

/** What is left out between the versions of a store whose last one is not known. */
const LEAP = 1_000_000_000;

/** The one row about the whole store: read at the start, written with each commit. */
export class LedgerRow {
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #update: StatementSync;
  #now: Ledger;
  #changed = false;

  constructor(db: DatabaseSync) {
    this.#read = db.prepare("SELECT * FROM store");
    this.#write = db.prepare(
      `INSERT INTO store VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET identity = excluded.identity,
       era = excluded.era, boots = excluded.boots, commits = excluded.commits, incarnation = excluded.incarnation,
       house = excluded.house, version = excluded.version, sum = excluded.sum`,
    );
    this.#update = db.prepare("UPDATE store SET commits = ?, incarnation = ?, house = ?, version = ?, sum = ?");
    this.#now = this.stored() ?? {
      identity: crypto.randomUUID(),
      era: newEra(),
      boots: 0,
      commits: 0,
      incarnation: 0,
      house: 0,
      version: 0,
    };
  }

  get now(): Ledger {
    return this.#now;
  }

  /** What stands in the row; `undefined`: nothing, or what is not as it was written. */
  stored(): Ledger | undefined {
    const row = this.#read.get() as (Ledger & { readonly sum: number }) | undefined;
    return row !== undefined && row.sum === sumOf(row) ? { ...row } : undefined;
  }

  /** Whether there is a row, be it damaged or not. */
  get present(): boolean {
    return this.#read.get() !== undefined;
  }

  /** Whether this transaction has changed something besides rooms. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Has this transaction counted, which changes something besides rooms. */
  change(): void {
    this.#changed = true;
  }

  /** Counts this transaction. What never changes while the store is open is not written again. */
  count(): void {
    const now = this.#now;
    now.commits += 1;
    this.#update.run(now.commits, now.incarnation, now.house, now.version, sumOf(now));
    this.#changed = false;
  }

  /** Writes all that is true now, within a transaction. */
  save(): void {
    const { identity, era, boots, commits, incarnation, house, version } = this.#now;
    this.#write.run(identity, era, boots, commits, incarnation, house, version, sumOf(this.#now));
  }

  /** Takes back what was not committed. */
  reload(): void {
    this.#now = this.stored() ?? this.#now;
    this.#changed = false;
  }
}

/**
 * Opens the store for this start of the server, and says why its epochs had to change, if they had to: the database is not
 * the one that this folder knew, or not as new, or what was acknowledged need not have reached the disk.
 */
export function begin(
  db: DatabaseSync,
  ledger: LedgerRow,
  { folder, durability }: { readonly folder: string; readonly durability: "process" | "power" },
): string | undefined {
  const mark = readMark(folder);
  const { now } = ledger;
  const damaged = ledger.present && ledger.stored() === undefined;
  if (damaged) mend(db, now);
  const why = damaged ? "the row about the whole store is damaged" : doubt(now, mark, readCommits(folder));
  const boots = Math.max(now.boots, mark?.boots ?? 0) + 1;
  const next: Mark = {
    identity: now.identity,
    boots,
    opening: true,
    closed: false,
    durability,
    machine: machineStart(),
  };
  writeMark(folder, next);
  db.exec("BEGIN IMMEDIATE");
  now.boots = boots;
  if (why !== undefined) now.era = newEra();
  now.commits += 1;
  ledger.save();
  db.exec("COMMIT");
  writeMark(folder, { ...next, opening: false });
  return why;
}

/** Says that everything is on the disk; where nothing can be written, the mark goes on saying that it may not be. */
export function end(ledger: LedgerRow, { folder }: { readonly folder: string }): void {
  const mark = readMark(folder);
  if (mark === undefined || mark.identity !== ledger.now.identity) return;
  try {
    writeMark(folder, { ...mark, closed: true });
  } catch {
    // The next start judges by the mark that is there.
  }
}

function doubt(now: Ledger, mark: Mark | undefined, commits: number): string | undefined {
  if (now.boots === 0) return undefined;
  if (mark === undefined) return "the folder does not know the database";
  if (mark.identity !== now.identity) return "the folder knows another database";
  const counted = now.boots === mark.boots || (mark.opening && now.boots === mark.boots - 1);
  if (!counted || now.commits < commits) return "the database is older than the folder knows it";
  const survives =
    mark.closed || mark.durability === "power" || (mark.machine !== "" && mark.machine === machineStart());
  return survives ? undefined : "the machine may have stopped before everything was on the disk";
}

/** Nothing that was used before may be used again. */
function mend(db: DatabaseSync, now: Ledger): void {
  const versions = db.prepare("SELECT max(version) AS newest FROM records").get()?.["newest"];
  const rooms = db.prepare("SELECT max(incarnation) AS newest FROM rooms").get()?.["newest"];
  now.version = Number(versions ?? 0) + LEAP;
  now.incarnation = Number(rooms ?? 0) + 1;
}

function newEra(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}

function sumOf({ identity, era, boots, commits, incarnation, house, version }: Ledger): number {
  return checksum(`${identity} ${era}`, boots, commits, incarnation, house, version);
}
