/**
 * The control row of `durable-log.ts`: the same tables and the same commits in a worker thread, and nothing else. No
 * checksums, no rooms, no retention, no outcomes but a number for each row.
 */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { openToWrite } from "../src/logs/sqlite/database.ts";
import { migrate } from "../src/logs/sqlite/schema.ts";

const { folder } = workerData as { readonly folder: string };
const port = parentPort as NonNullable<typeof parentPort>;
const db: DatabaseSync = openToWrite(folder, "power");
migrate(db);
db.exec("INSERT INTO store VALUES (1, '', '', 0, 0, 0, 0, 0, 0)");
db.exec("INSERT INTO rooms VALUES (1, 'room', 0, 0, 1, 0, 0, 0)");
const begin = db.prepare("BEGIN IMMEDIATE");
const commit = db.prepare("COMMIT");
const insert = db.prepare("INSERT INTO entries (room, seq, at, body, mark, file, sum) VALUES (1, ?, ?, ?, ?, NULL, 0)");
const room = db.prepare("UPDATE rooms SET seq = ?, bytes = ? WHERE id = 1");
const store = db.prepare("UPDATE store SET commits = commits + 1");
let gathered: (readonly (string | number)[])[] = [];
let requested = false;
let seq = 0;

port.on("message", (rows: readonly (string | number)[]) => {
  gathered.push(rows);
  if (requested) return;
  requested = true;
  setImmediate(write);
});

function write(): void {
  requested = false;
  const group = gathered;
  gathered = [];
  begin.run();
  const answers = group.map((rows) => {
    const seqs: number[] = [];
    for (let at = 0; at < rows.length; at += 3) {
      seq += 1;
      insert.run(seq, rows[at] as number, rows[at + 1] as string, rows[at + 2] as string);
      seqs.push(seq);
    }
    return seqs;
  });
  room.run(seq, seq);
  store.run();
  commit.run();
  port.postMessage(answers);
}
port.postMessage("open");
