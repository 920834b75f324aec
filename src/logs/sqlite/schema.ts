import type { DatabaseSync } from "node:sqlite";

/** Marks the file as ours ("Grnr"), so that another program's is not taken for it. */
export const APPLICATION = 0x47_72_6e_72;

/** What brings a file from each version of the schema to the next: the first one makes it. Never edited once released. */
const migrations: readonly string[] = [
  `CREATE TABLE store (
     one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL, era TEXT NOT NULL, boots INTEGER NOT NULL,
     commits INTEGER NOT NULL, incarnation INTEGER NOT NULL, house INTEGER NOT NULL, version INTEGER NOT NULL,
     sum INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE rooms (
     id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, incarnation INTEGER NOT NULL, seq INTEGER NOT NULL,
     oldest INTEGER NOT NULL, bytes INTEGER NOT NULL, policy INTEGER NOT NULL, sum INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE entries (
     room INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, mark TEXT, file TEXT,
     sum INTEGER NOT NULL, PRIMARY KEY (room, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE UNIQUE INDEX entries_by_mark ON entries (room, mark) WHERE mark IS NOT NULL;
   CREATE INDEX entries_by_file ON entries (file) WHERE file IS NOT NULL;
   CREATE TABLE fences (
     room INTEGER NOT NULL, host TEXT NOT NULL, token INTEGER NOT NULL, PRIMARY KEY (room, host)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE records (
     key BLOB PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL, expires_at INTEGER, sum INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;`,
];

/**
 * Brings a file to the schema of this version.
 *
 * @throws {Error} where it is another program's, or a newer version's.
 */
export function migrate(db: DatabaseSync): void {
  const application = numberOf(db, "application_id");
  const version = numberOf(db, "user_version");
  const empty = db.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"] === 0;
  if (!empty && application !== APPLICATION) throw new Error("its database is another program's");
  if (version > migrations.length) {
    throw new Error(`its database has version ${version}, and this server knows up to ${migrations.length}`);
  }
  for (let at = version; at < migrations.length; at += 1) {
    db.exec("BEGIN IMMEDIATE");
    try {
      db.exec(migrations[at] as string);
      db.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${at + 1}; COMMIT`);
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }
}

/** The number that a pragma answers. */
export function numberOf(db: DatabaseSync, pragma: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
}
