import { describe, expect, it } from "vitest";
import { tokenEnv, tokenFor } from "../contract/tokens.ts";
import { trio } from "./trio.ts";

const ADMIN = "an-admin-token-of-this-suite-36-bytes";
/** A machine with much else to do may stand still for so long, in ms. */
const STALL_MS = 5_000;
const { member, guest, fetch } = trio({ env: { ...tokenEnv, GREENROOM_ADMIN_TOKEN: ADMIN } });

/** Asks a node as an operator. */
async function api(at: number, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" };
  const response = await fetch(at, path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBeLessThan(300);
  return response.json();
}

describe("what is decided on one node", { timeout: 120_000 }, () => {
  it("closes the connections of who is revoked on all of them, within a second", async () => {
    const token = await tokenFor("ada");
    const headers = { authorization: `Bearer ${token}` };
    const clients = await Promise.all([0, 1, 2].map((at) => guest(at, "ada", { headers })));
    const askedAt = performance.now();
    await api(0, "/api/revocations", { user: "ada", seconds: 60 });
    for (const client of clients) expect((await client.closed).code).toBe(4403);
    expect(performance.now() - askedAt).toBeLessThan(1_000 + STALL_MS);
  });

  it("takes out of a room on all of them who is banned, and keeps it out", async () => {
    const bob = [await member(1, "bob", "ban"), await member(2, "bob", "ban")];
    const askedAt = performance.now();
    await api(0, "/api/rooms/ban/ban", { user: "guest:bob" });
    for (const client of bob) await client.next("kicked", undefined, 30_000);
    expect(performance.now() - askedAt).toBeLessThan(1_000 + STALL_MS);
    const again = await guest(1, "bob");
    expect(await again.request({ type: "join", room: "ban" }, "error")).toMatchObject({ code: "banned" });
  });

  it("holds on all of them: mutes, read-only rooms and slow mode", async () => {
    const [ada, bob] = [await member(1, "ada", "rules"), await member(2, "bob", "rules")];
    await api(0, "/api/rooms/rules/mute", { user: "guest:ada" });
    const say = { type: "message", room: "rules", content: "hear me" };
    expect(await ada.request(say, "error")).toMatchObject({ code: "muted" });
    await bob.request(say, "ack");
    await api(1, "/api/rooms/rules/policy", { readOnly: true });
    expect(await bob.request(say, "error")).toMatchObject({ code: "forbidden" });
  });

  it("lets in by a ticket of another one, once", async () => {
    const authorization = `Bearer ${await tokenFor("eve")}`;
    const response = await fetch(0, "/api/tickets", { method: "POST", headers: { authorization } });
    const { ticket } = (await response.json()) as { readonly ticket: string };
    const eve = await guest(1, "eve", { path: `/ws?ticket=${ticket}` });
    expect(eve.events[0]).toMatchObject({ type: "welcome", user: { id: "eve" } });
    await expect(guest(2, "eve", { path: `/ws?ticket=${ticket}` })).rejects.toThrow("status 401");
  });

  it("sets state, and redacts, on all of them", async () => {
    const [ada, bob] = [await member(0, "ada", "shown"), await member(2, "bob", "shown")];
    const { seq } = await ada.request({ type: "message", room: "shown", content: "oh" }, "ack");
    await bob.next("message", ({ content }) => content === "oh", 30_000);
    await ada.request({ type: "redact", room: "shown", seq }, "ack");
    expect(await bob.next("redacted", undefined, 30_000)).toMatchObject({ target: seq });
    const signalled = bob.next("signal", undefined, 30_000);
    ada.send({ type: "signal", room: "shown", name: "wave" });
    expect(await signalled).toMatchObject({ name: "wave", sender: { id: "guest:ada" } });
  });
});
