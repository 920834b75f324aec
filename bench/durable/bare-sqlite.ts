/**
 * The control row of `../durable-log.ts`: the same rows in the same tables, with their unique keys, checksums and the look at
 * their policies, and the same commits in a worker thread, written the plain way. No rooms but one, no retention, no cap, no
 * damage, no records, and a number for an outcome.
 */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { checksum } from "../../src/logs/sqlite/checksum.ts";
import { openToWrite } from "../../src/logs/sqlite/database.ts";
import { migrate } from "../../src/logs/sqlite/schema.ts";

/** One draft, as it comes. */
type Row = readonly [at: number, body: string, mark: string, roomPolicy: number, housePolicy: number];

const { folder } = workerData as { readonly folder: string };
const port = parentPort as NonNullable<typeof parentPort>;
const db: DatabaseSync = openToWrite(folder, "power");
migrate(db);
db.exec("INSERT INTO store VALUES (1, '', '', 0, 0, 0, 0, 0, 0)");
db.exec("INSERT INTO rooms VALUES (1, 'room', 0, 0, 1, 0, 0, 0)");
const begin = db.prepare("BEGIN IMMEDIATE");
const commit = db.prepare("COMMIT");
const insert = db.prepare(
  `INSERT INTO entries (room, seq, at, body, mark, file, sum) VALUES (1, ?, ?, ?, ?, NULL, ?)
   ON CONFLICT (room, mark) WHERE mark IS NOT NULL DO NOTHING`,
);
const room = db.prepare("UPDATE rooms SET seq = ?, bytes = ? WHERE id = 1");
const store = db.prepare("UPDATE store SET commits = commits + 1");
let gathered: (readonly (string | number)[])[] = [];
let requested = false;
let seq = 0;
const policy = { room: 0, house: 0 };

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
    for (let index = 0; index < rows.length; index += 5) {
      const [at, body, mark, roomPolicy, housePolicy] = rows.slice(index, index + 5) as unknown as Row;
      const allowed = roomPolicy >= policy.room && housePolicy >= policy.house;
      const { changes } = allowed
        ? insert.run(seq + 1, at, body, mark, checksum(body, 1, seq + 1, at))
        : { changes: 0 };
      if (Number(changes) > 0) seq += 1;
      seqs.push(Number(changes) > 0 ? seq : 0);
    }
    return seqs;
  });
  room.run(seq, seq);
  store.run();
  commit.run();
  port.postMessage(answers);
}
port.postMessage("open");
