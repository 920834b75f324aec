import { beforeEach, describe, expect, it } from "vitest";
import { type Arrived, type Brought, type Files, filing, type Incoming } from "../../../src/actors/files/mod.ts";
import { ActorSystem } from "../../../src/actors/kernel/mod.ts";
import { defaultLimits } from "../../../src/actors/wire/mod.ts";
import type { Blobs, Deposit, RoomLog } from "../../../src/mod.ts";
import { MemoryBlobs, MemoryRecords, memoryLog } from "../../../src/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { appended, draft } from "../../logs/drafts.ts";

const MINUTE_MS = 60_000;
const brought: Brought = { room: "lobby", user: "ada", name: "a.bin", media: "a/b", size: 3 };

let stage: Stage;
let log: RoomLog;
let records: MemoryRecords;
let blobs: MemoryBlobs;
let files: Files;
let last: number;

function open(over: Partial<Blobs> = {}, system = stage.system): Files {
  const kept: Blobs = Object.assign(Object.create(blobs) as Blobs, {
    deposit: () => blobs.deposit(),
    open: (hash: string) => blobs.open(hash),
    delete: (hash: string, isUsed?: () => Promise<boolean>) => blobs.delete(hash, isUsed),
    keptBefore: (time: number) => blobs.keptBefore(time),
    tidy: () => blobs.tidy(),
    close: () => blobs.close(),
    ...over,
  });
  const limits = { ...defaultLimits, roomFileBytes: 20_000, fileBytes: 10_000, totalFileBytes: 26_000 };
  const newId = (): string => `file-${++last}`;
  return filing(system, {
    blobs: kept,
    records,
    log,
    limits,
    newId,
    observe: (event) => stage.events.push(event),
  });
}

beforeEach(() => {
  stage = new Stage();
  log = memoryLog({ roomEntries: 2 });
  records = new MemoryRecords(stage.clock);
  blobs = new MemoryBlobs({ date: () => stage.clock.date() });
  last = 0;
  files = open();
});

function bytes(fill = 1): Uint8Array {
  return new Uint8Array(3).fill(fill);
}

async function arrived(fill = 1, more: Partial<Brought> = {}): Promise<Arrived & { readonly incoming: Incoming }> {
  const incoming = files.receive({ ...brought, ...more });
  await incoming.write(bytes(fill));
  const outcome = await incoming.finish();
  if (outcome.type !== "arrived") throw new Error(`Cannot go on: ${outcome.message}`);
  return { ...outcome, incoming };
}

/** Everything that was begun has been done: it may take more promises than a stage waits for. */
async function settled(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await stage.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function later(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await stage.advance(MINUTE_MS);
    await settled();
  }
}

/** A file that a message in the log names. */
async function named(fill = 1): Promise<string> {
  const { attachment, incoming } = await arrived(fill);
  await appended(log, draft("lobby", "look", { attachment }));
  incoming.settle("named");
  return attachment.file;
}

async function isThere(id: string): Promise<boolean> {
  return (await files.open(id)) !== undefined;
}

async function claimed(room = "lobby"): Promise<unknown> {
  return (await records.get(`room files ${room}`))?.value ?? 0;
}

describe("a file", () => {
  it("is there as soon as it has arrived, with all that is known of it", async () => {
    const { attachment } = await arrived();
    const opened = await files.open(attachment.file);
    expect(opened?.file).toMatchObject({ room: "lobby", name: "a.bin", media: "a/b", size: 3, shown: undefined });
    expect(opened?.file.sha256).toBe(attachment.sha256);
  });

  it("goes when the log trims the last entry that names it", async () => {
    const id = await named();
    await appended(log, draft("lobby", "one"));
    await settled();
    expect(await isThere(id)).toBe(true);
    await appended(log, draft("lobby", "two"));
    await settled();
    expect(await isThere(id)).toBe(false);
    expect(blobs.bytes).toBe(0);
    expect(await claimed()).toBe(0);
  });

  it("goes when its message is redacted", async () => {
    const id = await named();
    await appended(log, draft("lobby", "", { redacts: { target: 1, reason: undefined } }));
    await settled();
    expect(await isThere(id)).toBe(false);
  });

  it("leaves its bytes to others that have the same", async () => {
    const [first, second] = [await named(), await named()];
    await appended(log, draft("lobby", "", { redacts: { target: 1, reason: undefined } }));
    await settled();
    expect(await isThere(first)).toBe(false);
    expect(await isThere(second)).toBe(true);
    expect(blobs.bytes).toBe(3);
  });

  it("goes at once where its message was not appended", async () => {
    const { attachment, incoming } = await arrived();
    incoming.settle("unnamed");
    await settled();
    expect(await isThere(attachment.file)).toBe(false);
    expect([blobs.bytes, await claimed()]).toEqual([0, 0]);
  });

  it("stays where it is not known whether its message was appended, until the sweep can tell", async () => {
    const [kept, lost] = [await arrived(1), await arrived(2)];
    await appended(log, draft("lobby", "look", { attachment: kept.attachment }));
    for (const { incoming } of [kept, lost]) incoming.settle("unknown");
    await settled();
    expect(await isThere(lost.attachment.file)).toBe(true);
    await later(61);
    expect(await isThere(lost.attachment.file)).toBe(false);
    expect(await isThere(kept.attachment.file)).toBe(true);
  });

  it("is not swept while its message is under way, even if the wall clock jumps", async () => {
    const { attachment } = await arrived();
    stage.clock.date = () => stage.clock.now() + 3_600_000;
    await files.sweep();
    expect(await isThere(attachment.file)).toBe(true);
  });

  it("is counted as 4 KiB at the least, and for its room alone", async () => {
    await named();
    expect(await claimed()).toBe(4_096);
    for (let more = 0; more < 3; more += 1) await arrived();
    const refused = files.receive(brought);
    expect(await refused.ready).toMatchObject({ type: "refused", code: "too_large" });
    expect(await files.receive({ ...brought, room: "elsewhere" }).ready).toBeUndefined();
  });

  it("of any room is refused where all together are too much, and taken once one has gone", async () => {
    for (const room of ["b", "c", "d", "e", "f"]) await arrived(1, { room });
    const { incoming } = await arrived(1, { room: "a" });
    const refused = files.receive({ ...brought, room: "elsewhere" });
    expect(await refused.ready).toMatchObject({ type: "refused", code: "unavailable" });
    expect(await claimed("elsewhere")).toBe(0);
    incoming.settle("unnamed");
    await settled();
    expect((await arrived(2, { room: "elsewhere" })).type).toBe("arrived");
  });

  it("that a crash has left counted too high is counted anew, with all others", async () => {
    await named();
    await records.add("all files", 15_000);
    await records.add("room files gone", 15_000);
    await later(30);
    expect(await records.get("all files")).toMatchObject({ value: 4_096 });
    expect(await claimed("gone")).toBe(0);
  });
});

describe("an incoming file", () => {
  it("of unknown size claims the most, and gives back what it did not take", async () => {
    const incoming = files.receive({ ...brought, size: undefined });
    await incoming.ready;
    expect(await claimed()).toBe(10_000);
    await incoming.write(bytes());
    expect(await incoming.finish()).toMatchObject({ attachment: { size: 3 } });
    expect(await claimed()).toBe(4_096);
  });

  it("is refused where it turns out shorter or longer, and leaves nothing", async () => {
    for (const size of [2, 4]) {
      const incoming = files.receive({ ...brought, size });
      await incoming.write(bytes());
      expect(await incoming.finish()).toMatchObject({ type: "refused" });
    }
    expect([blobs.bytes, await claimed()]).toEqual([0, 0]);
  });

  it("that is discarded leaves nothing, at whatever moment", async () => {
    const moments: readonly ((incoming: Incoming) => unknown)[] = [
      () => undefined,
      (incoming) => incoming.ready,
      (incoming) => incoming.write(bytes()),
      (incoming) => void incoming.write(bytes()),
      (incoming) => incoming.write(bytes()).then(() => void incoming.finish()),
      (incoming) => incoming.write(bytes()).then(() => incoming.finish()),
    ];
    for (const moment of moments) {
      const incoming = files.receive(brought);
      await moment(incoming);
      incoming.discard();
      await settled();
      expect([blobs.bytes, await claimed()]).toEqual([0, 0]);
    }
  });

  it("answers everything with the refusal that ended it", async () => {
    const incoming = files.receive({ ...brought, size: 1 });
    const first = await incoming.write(bytes());
    expect(first).toMatchObject({ code: "too_large" });
    expect(await incoming.write(bytes())).toBe(first);
    expect(await incoming.finish()).toBe(first);
  });

  const broken = (): Promise<never> => Promise.reject(new Error("ENOSPC: no space left on device"));
  it.each([
    ["begun", { deposit: broken }],
    ["written", { deposit: async () => ({ ...(await blobs.deposit()), write: broken }) }],
    ["sealed", { deposit: async () => ({ ...(await blobs.deposit()), seal: broken }) }],
    ["kept", { deposit: async () => ({ ...(await blobs.deposit()), keep: broken }) }],
  ] as const)(
    "is unavailable where the disk is full as it is %s; nothing is left, and it is reported once",
    async (_, over: {
      readonly deposit: () => Promise<Deposit>;
    }) => {
      stage = new Stage();
      files = open(over);
      for (let times = 0; times < 3; times += 1) {
        const incoming = files.receive(brought);
        await incoming.write(bytes());
        expect(await incoming.finish()).toMatchObject({ type: "refused", code: "unavailable", retryAfter: 1_000 });
      }
      expect([blobs.bytes, await claimed()]).toEqual([0, 0]);
      expect(stage.events).toMatchObject([{ type: "failed", path: "/files" }]);
    },
  );

  it("is unavailable where its record cannot be kept, and its bytes go", async () => {
    const put = records.put.bind(records);
    records.put = (key, ...rest) => (key.startsWith("file ") ? broken() : put(key, ...rest));
    const incoming = files.receive(brought);
    await incoming.write(bytes());
    expect(await incoming.finish()).toMatchObject({ code: "unavailable" });
    expect([blobs.bytes, await claimed()]).toEqual([0, 0]);
  });
});

describe("files of two nodes in one place", () => {
  function elsewhere(over: Partial<Blobs> = {}): Files {
    return open(over, new ActorSystem(stage.system.ports, {}));
  }

  it("are there though one node lets go of the same bytes at the moment at which the other keeps them", async () => {
    const other = elsewhere();
    let theirs = "";
    const bring = async (): Promise<void> => {
      const incoming = other.receive(brought);
      await incoming.write(bytes());
      const outcome = await incoming.finish();
      if (outcome.type === "arrived") theirs = outcome.attachment.file;
    };
    for (const when of ["before", "between"]) {
      files = elsewhere({
        delete: async (hash, isUsed) => {
          if (when === "before") await bring();
          await blobs.delete(hash, async () => {
            const used = (await isUsed?.()) === true;
            if (when === "between") await bring();
            return used;
          });
        },
      });
      const id = await named();
      await appended(log, draft("lobby", "one"), draft("lobby", "two")); // which push the message out
      await files.release([id]);
      expect(await isThere(id)).toBe(false);
      expect((await other.open(theirs))?.reading.size).toBe(3);
      await other.release([theirs]);
      expect(await isThere(theirs)).toBe(true); // its message may be under way
    }
  });

  it("are nothing that a sweep lets go of before the node that brings them has entered them", async () => {
    let ended: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const other = elsewhere({
      deposit: async () => {
        const deposit = await blobs.deposit();
        return { ...deposit, keep: () => deposit.keep().then(() => held) };
      },
    });
    const incoming = other.receive(brought);
    await incoming.write(bytes());
    const finished = incoming.finish();
    await settled();
    const id = await named();
    await appended(log, draft("lobby", "one"), draft("lobby", "two"));
    await files.release([id]);
    ended?.();
    const outcome = await finished;
    if (outcome.type !== "arrived") throw new Error(`Cannot go on: ${outcome.message}`);
    expect((await other.open(outcome.attachment.file))?.reading.size).toBe(3);
  });
});

describe("the sweep", () => {
  it("lets go of what a crash has left between the bytes and their message", async () => {
    const { attachment } = await arrived();
    stage = new Stage();
    files = open();
    expect(await isThere(attachment.file)).toBe(true);
    await later(61);
    expect(await isThere(attachment.file)).toBe(false);
    expect(blobs.bytes).toBe(0);
  });

  it("lets go of bytes without a record, and of records of bytes without a file", async () => {
    const { attachment } = await arrived();
    await records.delete(`file ${attachment.file}`);
    await later(61);
    expect(blobs.bytes).toBe(0);
    expect((await records.list("blob ", { limit: 10 })).records).toEqual([]);
  });

  it("puts a room's sum right that a crash has left wrong", async () => {
    await named();
    await records.add("room files lobby", 1_000_000);
    await records.add("room files gone", 1_000_000);
    await later(31);
    expect(await claimed()).toBe(4_096);
    expect(await claimed("gone")).toBe(0);
  });

  it("keeps what messages name, however old", async () => {
    const id = await named();
    await later(100);
    expect(await isThere(id)).toBe(true);
  });

  it("goes on where the log did not answer once", async () => {
    const { attached } = log;
    const { attachment } = await arrived();
    log.attached = () => Promise.reject(new Error("Cannot answer"));
    await later(61);
    expect(await isThere(attachment.file)).toBe(true);
    log.attached = attached;
    await later(31);
    expect(await isThere(attachment.file)).toBe(false);
  });
});

describe("close()", () => {
  it("calls off what is still coming in, and takes nothing more", async () => {
    const incoming = files.receive(brought);
    await incoming.write(bytes());
    await files.close();
    expect([blobs.bytes, await claimed()]).toEqual([0, 0]);
    expect(await incoming.finish()).toMatchObject({ type: "refused", code: "unavailable" });
    expect(await files.receive(brought).ready).toMatchObject({ code: "unavailable" });
  });

  it("waits for what is being let go", async () => {
    const { incoming } = await arrived();
    incoming.settle("unnamed");
    await files.close();
    expect(blobs.bytes).toBe(0);
  });
});
