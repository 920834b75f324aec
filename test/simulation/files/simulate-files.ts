import { createHash } from "node:crypto";
import { type Files, filing, type Incoming } from "../../../src/actors/files/mod.ts";
import { ActorSystem } from "../../../src/actors/kernel/mod.ts";
import { defaultLimits } from "../../../src/actors/wire/mod.ts";
import { MemoryRecords, memoryLog, type RoomLog } from "../../../src/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { Dice } from "../../../src/testing/simulation/dice.ts";
import { appended, draft } from "../../logs/drafts.ts";
import { SimulatedFolder } from "./folder.ts";
import { Life } from "./life.ts";

/** What a run is made with. */
export interface FilesRun {
  readonly seed: number;
  /** What sets up the keeping of files: the project's, or a copy of it with a fault. */
  readonly keep?: typeof filing;
}

/** An upload under way. */
interface Upload {
  readonly incoming: Incoming;
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly sinceMs: number;
  sent: number;
  over: boolean;
}

const ROOMS = ["one", "two"] as const;
const MINUTE_MS = 60_000;
/** So few kinds of content that uploads often bring the same. */
const KINDS = 5;
const STEPS = 250;

/**
 * Has people bring files, break off, publish, redact and be pushed out of the log, while the store answers late, in any
 * order or with an error, and the server dies at any moment: all from one seed. Answers what does not fit: a message whose
 * file is not there as it was sent, at any moment, and what is left in the end that no message names.
 */
export async function simulateFiles({ seed, keep = filing }: FilesRun): Promise<readonly string[]> {
  const dice = new Dice(seed);
  const failing = dice.of([0, 0, 0.02, 0.1]);
  const stage = new Stage({ seed });
  const log: RoomLog = memoryLog({ roomEntries: 4 });
  const records = new MemoryRecords(stage.clock);
  const folder = new SimulatedFolder(() => stage.clock.date());
  const violations: string[] = [];
  const limits = { ...defaultLimits, roomFileBytes: 60_000, fileBytes: 10_000, totalFileBytes: 100_000 };
  let ids = 0;
  let uploads: Upload[] = [];
  let [life, files] = born(failing);

  function born(fails: number): readonly [Life, Files] {
    const life = new Life(dice, fails);
    const blobs = life.sees(folder, ["deposit", "open", "delete", "tidy"]);
    const { deposit } = blobs;
    const wrapped = Object.assign(Object.create(blobs) as typeof blobs, {
      deposit: async () => life.sees(await deposit(), ["write", "seal", "keep", "discard"]),
    });
    const made = keep(new ActorSystem(stage.system.ports, {}), {
      blobs: wrapped,
      records: life.sees(records, ["get", "put", "delete", "add", "list"]),
      log: life.sees(log, ["attached"]),
      limits,
      newId: () => `file-${(ids += 1)}`,
      observe: undefined,
    });
    return [life, made];
  }

  /** Lets everything happen that can at this moment, but what waits for the store. */
  async function settle(): Promise<void> {
    await stage.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Sees to everything that waits for the store. */
  async function drain(): Promise<void> {
    for (await settle(); life.waiting > 0; await settle()) life.step();
  }

  function begin(): void {
    const bytes = new Uint8Array(dice.whole(1, 3) * 1_000).fill(dice.whole(1, KINDS));
    const size = bytes.length + dice.of([0, 0, 0, 0, 1, -1]);
    const room = dice.of(ROOMS);
    const incoming = files.receive({ room, user: "ada", name: "a", media: "a/b", size });
    const upload: Upload = { incoming, bytes, size, sinceMs: stage.clock.now(), sent: 0, over: false };
    uploads.push(upload);
    void see(upload, room);
  }

  /** Takes an upload through to its message, unless its sender breaks off. */
  async function see(upload: Upload, room: string): Promise<void> {
    const { incoming, bytes } = upload;
    if ((await incoming.ready) !== undefined) return void (upload.over = true);
    while (upload.sent < bytes.length && !upload.over) {
      const piece = bytes.subarray(upload.sent, upload.sent + 1_000);
      upload.sent += piece.length;
      if ((await incoming.write(piece)) !== undefined) return void (upload.over = true);
    }
    if (upload.over) return;
    const outcome = await incoming.finish();
    if (outcome.type !== "arrived" || upload.over) return void (upload.over = true);
    const mine = life;
    let naming: "named" | "unnamed" | "unknown" = "unknown";
    try {
      naming = await mine.asks(async () => {
        if (dice.chance(0.15)) return "unnamed";
        await appended(log, draft(room, "look", { attachment: outcome.attachment }));
        return "named";
      });
    } catch {
      // It may have been appended.
    }
    incoming.settle(naming);
    upload.over = true;
  }

  function breakOff(): void {
    const upload = dice.of(uploads.filter(({ over }) => !over));
    if (upload === undefined || upload.sent >= upload.bytes.length) return;
    upload.over = true;
    upload.incoming.discard();
  }

  /** Less goes by than an upload and its message may take, but enough for a sweep to come in between. */
  async function linger(): Promise<void> {
    const youngMs = stage.clock.now() - MINUTE_MS;
    if (uploads.every(({ over, sinceMs }) => over || sinceMs > youngMs)) await stage.advance(8 * MINUTE_MS);
  }

  async function redact(): Promise<void> {
    const room = dice.of(ROOMS);
    const { seq, oldest } = await log.head(room);
    if (seq < oldest) return;
    await appended(log, draft(room, "", { redacts: { target: dice.whole(oldest, seq), reason: undefined } }));
  }

  function die(): void {
    life.end();
    uploads = [];
    [life, files] = born(failing);
  }

  /** All are called off or have come to their end, and so long goes by. */
  async function pass(ms: number): Promise<void> {
    await drain();
    for (const upload of uploads.filter(({ over }) => !over)) upload.incoming.discard();
    uploads = [];
    await drain();
    for (let left = ms; left > 0; left -= MINUTE_MS) {
      await stage.advance(MINUTE_MS);
      await drain();
    }
  }

  async function named(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const room of ROOMS) {
      const { entries } = await log.read(room, { after: 0 }, { count: 100, bytes: 1e9 });
      for (const { attachment } of entries) if (attachment !== undefined) found.set(attachment.file, attachment.sha256);
    }
    return found;
  }

  /** Every message has its file, whole. */
  async function look(when: string): Promise<void> {
    for (const [id, sha256] of await named()) {
      const bytes = folder.kept.get(sha256)?.bytes;
      const whole = bytes !== undefined && createHash("sha256").update(bytes).digest("hex") === sha256;
      if (!whole) violations.push(`${when}: the bytes of ${id} are not there, and a message names them`);
      if ((await records.get(`file ${id}`)) === undefined) violations.push(`${when}: ${id} is not known any more`);
    }
  }

  /** Nothing is there but what messages name. */
  async function lookForRemains(): Promise<void> {
    const names = await named();
    const hashes = new Set(names.values());
    for (const hash of folder.kept.keys()) if (!hashes.has(hash)) violations.push(`end: bytes ${hash} are nobody's`);
    if (folder.begun.size + folder.aside.size > 0) violations.push("end: half of a file is left");
    const { records: known } = await records.list("file ", { limit: 1_000 });
    for (const { key } of known) if (!names.has(key.slice(5))) violations.push(`end: ${key} is known, and not named`);
    const charged = (await records.get("all files"))?.value ?? 0;
    if (charged !== 4_096 * names.size)
      violations.push(`end: ${JSON.stringify(charged)} bytes count, of ${names.size} files`);
  }

  for (let step = 1; step <= STEPS && violations.length === 0; step += 1) {
    await settle();
    const roll = dice.random();
    if (roll < 0.6) life.step();
    else if (roll < 0.78) begin();
    else if (roll < 0.82) breakOff();
    else if (roll < 0.88) await redact();
    else if (roll < 0.92) await appended(log, draft(dice.of(ROOMS), "words"));
    else if (roll < 0.95) await stage.advance(dice.whole(1, 5_000));
    else if (roll < 0.965) await linger();
    else if (roll < 0.985) die();
    else await pass(dice.whole(1, 50) * MINUTE_MS);
    await look(`step ${step}`);
  }
  if (violations.length > 0) return violations;
  life.end();
  uploads = [];
  [life, files] = born(0);
  await pass(120 * MINUTE_MS);
  await look("end");
  await lookForRemains();
  return violations;
}
