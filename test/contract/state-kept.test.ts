import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { type Client, connect } from "./client.ts";
import { test } from "./contract-test.ts";
import { type Server, startServer } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-state-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { GREENROOM_LOG: "sqlite", GREENROOM_DATA: folder, GREENROOM_GUEST_GRANTS: "read,write,signal,set" };

/** Starts a server on the folder, has something done there by a guest, and kills it. */
async function during<T>(act: (client: Client) => Promise<T>): Promise<T> {
  const server: Server = await startServer({ env });
  const client = await connect(`ws://127.0.0.1:${server.port}/ws?name=ada`);
  try {
    await client.next("welcome");
    return await act(client);
  } finally {
    client.socket.terminate();
    await server.stop();
  }
}

describe("state with a log on disk", () => {
  test("is there again after the server was killed, as it was acknowledged last", async () => {
    await during(async (client) => {
      await client.request({ type: "join", room: "lobby" }, "joined");
      for (const values of [{ topic: "tea", mood: "good" }, { topic: "soup" }, { mood: null, cups: [1] }]) {
        await client.request({ type: "set", room: "lobby", values }, "ack");
      }
    });
    const state = await during(
      async (client) => (await client.request({ type: "join", room: "lobby" }, "joined")).state,
    );
    expect(state).toEqual({ topic: "soup", cups: [1] });
  }, 60_000);

  test("has the ticker go on where it was", async () => {
    const pricesOf = (value: unknown): readonly number[] => (value as { readonly history: readonly number[] }).history;
    const before = await during(async (client) => {
      await client.request({ type: "join", room: "ticker" }, "joined");
      await client.next("state");
      return pricesOf((await client.next("state")).values["ACME"]);
    });
    const after = await during(async (client) => {
      const { state } = await client.request({ type: "join", room: "ticker" }, "joined");
      return [pricesOf(state?.["ACME"]), pricesOf((await client.next("state", undefined, 20_000)).values["ACME"])];
    });
    expect(before).toHaveLength(2);
    for (const prices of after) expect(prices.slice(0, before.length)).toEqual(before);
    expect(after[1]?.length).toBeGreaterThan(after[0]?.length ?? 0);
  }, 60_000);
});
