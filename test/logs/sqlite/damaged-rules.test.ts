import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Stage } from "../../../src/testing/mod.ts";
import { Court } from "../../actors/room/moderation/court.ts";
import { appended, draft } from "../drafts.ts";
import { type Opened, opened } from "./opened.ts";

/** Changes bytes of a closed store's database wherever a text stands in it. */
function overwrite(folder: string, text: string, by: string): void {
  const path = `${folder}/greenroom.sqlite`;
  const bytes = readFileSync(path);
  expect(bytes.indexOf(text)).toBeGreaterThan(0);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes.write(by, at);
  writeFileSync(path, bytes);
}

/** Lets the store's threads answer, and all that hangs on it be handled, until something holds. */
async function until(stage: Stage, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("Cannot wait any longer: it does not come to hold");
    await new Promise((resolve) => setTimeout(resolve, 5));
    await stage.settle();
  }
}

/** A house in whose records something was decided, and damaged since. */
async function damaged(decide: (court: Court) => Promise<unknown>, text: string, by: string) {
  const first = await opened();
  await appended(first.log, draft("lobby", "before"));
  await decide(new Court({ records: first.records, log: first.log }));
  await first.close();
  overwrite(first.folder, text, by);
  const store: Opened = await opened({ folder: first.folder, scrubMs: 60_000 });
  const stage = new Stage();
  return { store, stage, court: new Court({ stage, records: store.records, log: store.log }) };
}

const admin = { by: "host:admin", path: "api" } as const;

/** What somebody hears who joins the lobby. */
async function joining(court: Court, name: string, id: number): Promise<unknown> {
  const peer = court.venue.enter(name);
  peer.say({ type: "join", id, room: "lobby" });
  await until(court.stage, () => peer.heard.some((event) => event["id"] === id));
  return peer.heard.find((event) => event["id"] === id);
}

describe("a damaged record of moderators", () => {
  it("of a ban goes on keeping its user out, and nobody else, until it is lifted", async () => {
    const ban = { type: "ban", user: "guest:ada", reason: "a reason" } as const;
    const { court, store } = await damaged((it) => it.office.bench.do("lobby", ban, admin), "a reason", "no reason");
    expect(await joining(court, "ada", 1)).toMatchObject({ type: "error", code: "banned" });
    expect(await joining(court, "grace", 2)).toMatchObject({ type: "joined" });
    expect(store.heard).toContainEqual({
      type: "damaged",
      damage: { type: "record", key: "moderation lobby ban guest:ada" },
    });
    await court.office.bench.do("lobby", { type: "unban", user: "guest:ada" }, admin);
    let last: unknown;
    for (let id = 3; id < 100 && (last as { type?: string } | undefined)?.type !== "joined"; id += 1) {
      last = await joining(court, "ada", id);
    }
    expect(last).toMatchObject({ type: "joined" });
  });

  it("of a policy lets only moderators write, until it is set anew", async () => {
    const policy = { type: "policy", slow: 77, reason: "x" } as const;
    const { court } = await damaged((it) => it.office.bench.do("lobby", policy, admin), '"slow":77', '"slow":07');
    const ada = court.venue.enter("ada");
    ada.say({ type: "join", room: "lobby" }, { type: "message", id: 1, room: "lobby", content: "hi" });
    await until(court.stage, () => ada.heard.some((event) => event["id"] === 1));
    expect(ada.last("error")).toMatchObject({ id: 1, code: "forbidden" });
  });

  it("of a revocation goes on keeping its user out", async () => {
    const revocation = { kind: "user", id: "ada", reason: "a reason" } as const;
    const { court, stage } = await damaged(
      (it) => it.office.revoking.revoke(revocation, admin),
      "a reason",
      "no reason",
    );
    const out = (user: string): boolean => court.office.revocations.out({ user, token: undefined }, stage.clock.now());
    await until(stage, () => out("ada"));
    expect(out("grace")).toBe(false);
  });

  it("of which changes there have been has the room take nobody in, until something is decided anew", async () => {
    const ban = { type: "ban", user: "guest:ada" } as const;
    const stamp = '"last":["ban guest:ada"]';
    const { court } = await damaged((it) => it.office.bench.do("lobby", ban, admin), stamp, '"last":["ban guest:eve"]');
    expect(await joining(court, "ada", 1)).toMatchObject({ type: "error", code: "unavailable" });
    expect(await joining(court, "grace", 2)).toMatchObject({ type: "error", code: "unavailable" });
    await court.office.bench.do("lobby", { type: "unmute", user: "guest:nobody" }, admin);
    await until(court.stage, () => true);
    await court.stage.advance(1_000);
    let last: unknown;
    for (let id = 3; id < 100 && (last as { type?: string } | undefined)?.type !== "joined"; id += 1) {
      last = await joining(court, "grace", id);
    }
    expect(last).toMatchObject({ type: "joined" });
    expect(await joining(court, "ada", 100)).toMatchObject({ type: "error", code: "banned" });
  });
});
