import type { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { openToWrite, wordsOf } from "./database.ts";
import type { Asked, Said, ThreadData, Write, Written } from "./exchange.ts";
import { begin, end } from "./ledger.ts";
import { CommitCount } from "./mark.ts";
import { countOf, unitsOf } from "./packing.ts";
import { Reserve } from "./reserve.ts";
import { migrate } from "./schema.ts";
import { fillTornEnd } from "./torn-end.ts";
import { Transactions } from "./transactions.ts";

/** How many drafts, and units of text, one commit takes at most, so that none takes long. */
const GROUP = 2_048;
const GROUP_UNITS = 2 * 1024 ** 2;
/** How long it must have been quiet before something is done that can wait, in ms. */
const QUIET_MS = 20;
/** How often a few rooms are looked at for what has become too old, in ms. */
const SWEEP_MS = 1_000;

const { folder, durability, limits, reserveBytes, faults, first, sent } = workerData as ThreadData;
const port = parentPort as NonNullable<typeof parentPort>;
const say = (said: Said<Written>): void => port.postMessage(said);
let db: DatabaseSync | undefined;

/** The thread that writes: while a commit is under way, what is asked meanwhile gathers for the next. */
function write(): void {
  const missing = first ? fillTornEnd(folder) : 0;
  if (missing > 0)
    say({ type: "damaged", damage: { type: "file", message: `${missing} bytes of its end are missing` } });
  const store = openToWrite(folder, durability);
  db = store;
  migrate(store);
  const transactions = new Transactions(store, {
    limits,
    faults,
    reserve: new Reserve(folder, reserveBytes),
    damaged: (damage) => say({ type: "damaged", damage }),
  });
  const { ledger } = transactions;
  const renewed = first ? begin(store, ledger, { folder, durability }) : undefined;
  const count = new CommitCount(folder);
  let gathered: (readonly [id: number, request: Write])[] = [];
  let received = 0;
  let requested = false;
  let closing = false;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  function gather(asked: Asked<Write>): void {
    if (asked === "close") closing = true;
    else gathered.push(asked);
    received = (received + 1) | 0;
    if (requested) return;
    clearTimeout(quiet);
    // Nothing more is on its way, and a turn of the loop would cost as much as a few statements.
    if (received === Atomics.load(sent, 0)) return commit();
    requested = true;
    // By then, everything that has come is gathered.
    setImmediate(commit);
  }

  function commit(): void {
    requested = false;
    const group = taken();
    if (group.length > 0) {
      const { answers, released } = transactions.commit(group.map(([, request]) => request));
      count.say(ledger.now.commits);
      // Before the answers, so that whoever has one has heard of the files that went with it.
      if (released.length > 0) say({ type: "released", files: released });
      say(group.map(([id], at) => [id, answers[at] as Written]));
    }
    if (gathered.length > 0) {
      requested = true;
      setImmediate(commit);
    } else if (closing) close();
    else if (transactions.due) quiet = setTimeout(tidy, QUIET_MS);
  }

  /** As much as one commit takes. */
  function taken(): typeof gathered {
    let [count, units] = [0, 0];
    const until = gathered.findIndex(([, request]) => {
      count += "type" in request ? 1 : countOf(request);
      units += "type" in request ? 0 : unitsOf(request);
      return count > GROUP || units > GROUP_UNITS;
    });
    const group = until < 0 ? gathered : gathered.slice(0, Math.max(1, until));
    gathered = gathered.slice(group.length);
    return group;
  }

  function tidy(): void {
    const released = transactions.tidy();
    count.say(ledger.now.commits);
    if (released.length > 0) say({ type: "released", files: released });
    if (transactions.due && !requested) quiet = setTimeout(tidy, QUIET_MS);
  }

  function sweep(): void {
    transactions.sweep();
    count.say(ledger.now.commits);
    if (transactions.due && !requested) quiet = setTimeout(tidy, QUIET_MS);
  }

  function close(): void {
    clearInterval(sweeping);
    clearTimeout(quiet);
    count.close();
    store.close();
    end(ledger, { folder });
    say({ type: "closed" });
  }

  const sweeping = setInterval(sweep, SWEEP_MS);
  port.on("message", gather);
  say({ type: "opened", era: ledger.now.era, renewed, more: transactions.ending });
}

try {
  write();
} catch (error) {
  // Whoever hears of it may open the folder at once, and find it free.
  db?.close();
  // Stays until it is ended, so that its last words are heard.
  port.on("message", () => undefined);
  say({ type: "cannotOpen", message: wordsOf(error) });
}
