import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runServer } from "../contract/server.ts";
import { trio } from "./trio.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-shared-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shared = trio({ on: ["node24", "bun"], env: { GREENROOM_FILES: folder } });
const apart = trio({ on: ["node24"] });

describe("files of several nodes", { timeout: 120_000 }, () => {
  it("are there on all of them, in a folder that they share", async () => {
    const bob = await shared.member(1, "bob", "files");
    const bytes = new TextEncoder().encode("the same for all");
    const path = "/api/rooms/files/files?name=ada&filename=a.txt";
    const sent = await shared.fetch(0, path, {
      method: "POST",
      body: bytes,
      headers: { "content-type": "text/plain" },
    });
    expect(sent.status).toBe(201);
    const message = await bob.next("message", undefined, 30_000);
    if (!("attachment" in message) || message.attachment === undefined) throw new Error("Cannot go on: no attachment");
    const got = await shared.fetch(1, message.attachment.url);
    expect(await got.text()).toBe("the same for all");
    expect((await shared.guest(1, "eve")).events[0]).toMatchObject({ limits: { fileBytes: expect.any(Number) } });
  });

  it("keep a server from starting where their folder cannot be written to", async () => {
    const { code, stderr } = await runServer({ env: { GREENROOM_FILES: "/dev/null/files" } });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^greenroom: Cannot use GREENROOM_FILES \/dev\/null\/files: /),
    ]);
  });

  it("are none where they share no folder, and `welcome` says so", async () => {
    const ada = await apart.guest(0, "ada");
    expect(ada.events[0]).toMatchObject({ type: "welcome", limits: { fileBytes: 0, durability: "memory" } });
    const sent = await apart.fetch(0, "/api/rooms/files/files?name=ada", { method: "POST", body: "no" });
    expect(sent.status).toBe(404);
  });
});
