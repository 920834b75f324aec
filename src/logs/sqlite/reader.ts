import { parentPort, workerData } from "node:worker_threads";
import { openToRead, wordsOf } from "./database.ts";
import type { Asked, Damage, Found, Read, Said, ThreadData } from "./exchange.ts";
import { Pages } from "./pages.ts";
import { RecordReads } from "./record-reads.ts";
import { Scrub } from "./scrub.ts";

const { folder, scrubMs } = workerData as ThreadData;
const port = parentPort as NonNullable<typeof parentPort>;
const say = (said: Said<Found>): void => port.postMessage(said);
const damaged = (damage: Damage): void => say({ type: "damaged", damage });

/** The thread that reads: joins and history wait for no commit. In between it looks for damage, a few rows at a time. */
function read(): void {
  const db = openToRead(folder);
  const pages = new Pages(db, damaged);
  const records = new RecordReads(db, damaged);
  const named = db.prepare("SELECT 1 FROM entries WHERE file = ? LIMIT 1");
  const scrub = new Scrub(db, damaged);
  let scrubbing: ReturnType<typeof setTimeout> | undefined;

  function look(asked: Read): Found {
    switch (asked.type) {
      case "after":
        return pages.after(asked.room, asked.place, asked);
      case "before":
        return pages.before(asked.room, asked.place, asked);
      case "head": {
        const place = pages.head(asked.room);
        return place === undefined ? { type: "lost" } : { type: "head", place };
      }
      case "attached":
        return { type: "attached", files: asked.files.filter((file) => named.get(file) !== undefined) };
      case "get":
        return records.get(asked.key, asked.now);
      case "list":
        return records.list(asked.prefix, asked);
    }
  }

  function answer(asked: Asked<Read>): void {
    if (asked === "close") {
      clearTimeout(scrubbing);
      db.close();
      say({ type: "closed" });
      return;
    }
    const [id, request] = asked;
    let found: Found;
    try {
      found = look(request);
    } catch (error) {
      found = { type: "failed", message: wordsOf(error) };
    }
    say([[id, found]]);
  }

  function scrubOn(): void {
    const more = scrub.step();
    // Through with everything: it begins again in a while.
    scrubbing = setTimeout(scrubOn, more ? scrubMs : 1_000 * scrubMs);
  }

  scrubbing = setTimeout(scrubOn, scrubMs);
  port.on("message", answer);
  say({ type: "opened", era: "", renewed: undefined, more: false });
}

try {
  read();
} catch (error) {
  // Stays until it is ended, so that its last words are heard.
  port.on("message", () => undefined);
  say({ type: "cannotOpen", message: wordsOf(error) });
}
