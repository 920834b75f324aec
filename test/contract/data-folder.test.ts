import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { targets } from "../matrix/targets.ts";
import { connect } from "./client.ts";
import { targetName, test } from "./contract-test.ts";
import { runServer, startServer } from "./server.ts";

const parent = mkdtempSync(join(tmpdir(), "greenroom-folder-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const durable = (data: string) => ({ GREENROOM_LOG: "sqlite", GREENROOM_DATA: data });

describe("the data folder", () => {
  test("is refused to a second server, on whatever runtime, in one line, and free once the first is killed", async () => {
    const env = durable(join(parent, "one"));
    const first = await startServer({ env });
    try {
      for (const target of [targets.node24, targets["deno-node"], targets.bun]) {
        const { code, stdout, stderr } = await runServer({ env, target });
        expect(code).toBe(2);
        expect(stdout).not.toContain("http://");
        expect(stderr.trim()).toMatch(/^greenroom: Cannot use GREENROOM_DATA \S+: another server uses it$/);
      }
    } finally {
      await first.stop();
    }
    const next = await startServer({ env });
    await next.stop();
  }, 60_000);

  test("that cannot be one ends the start with one line that names GREENROOM_DATA", async () => {
    const file = join(parent, "file");
    writeFileSync(file, "");
    const { code, stderr } = await runServer({ env: durable(file) });
    expect(code).toBe(2);
    expect(stderr.trim()).toMatch(/^greenroom: Cannot use GREENROOM_DATA \S+: it cannot be written$/);
  });

  test("is copied by greenroom backup while the server runs, and the copy goes on under new epochs", async () => {
    const [data, copy, elsewhere] = ["two", "copy", "three"].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    const server = await startServer({ env: durable(data) });
    const said = await said3(server.port);
    // The SQLite of Deno 2.5 lets nobody write a second file; any other runtime can read what it has written.
    const by = targetName === "deno-2.5" ? { target: targets["deno-node"] } : {};
    const { code, stdout } = await runServer({ env: durable(data), args: ["backup", copy], ...by });
    expect([code, stdout.trim()]).toEqual([0, `Wrote ${copy}`]);
    const again = await runServer({ env: durable(data), args: ["backup", copy], ...by });
    expect(again.code).toBe(2);
    expect(again.stderr.trim()).toBe(`greenroom: Cannot write ${copy}: it is there already`);
    await server.stop();

    mkdirSync(elsewhere);
    cpSync(copy, join(elsewhere, "greenroom.sqlite"));
    const restored = await startServer({ env: durable(elsewhere) });
    const client = await connect(`ws://127.0.0.1:${restored.port}/ws`);
    client.send({ type: "join", room: "kept", since: { epoch: said.epoch, seq: 3 } });
    const joined = await client.next("joined");
    expect(joined).toMatchObject({ recovered: false, seq: 3 });
    expect(joined.epoch).not.toBe(said.epoch);
    expect(joined.messages.map((entry) => entry.type === "message" && entry.content)).toEqual(["1", "2", "3"]);
    await client.close();
    expect(restored.output()).toContain("new epochs");
    await restored.stop();
  }, 60_000);
});

/** Says three things in a room, and answers what it was joined under. */
async function said3(port: number): Promise<{ readonly epoch: string }> {
  const client = await connect(`ws://127.0.0.1:${port}/ws`);
  client.send({ type: "join", room: "kept" });
  const { epoch } = await client.next("joined");
  for (const content of ["1", "2", "3"]) await client.request({ type: "message", room: "kept", content }, "ack");
  await client.close();
  return { epoch };
}
