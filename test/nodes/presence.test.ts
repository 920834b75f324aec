import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { believed, sawLeaving, trio } from "./trio.ts";

const { node, member, guest, restart } = trio({ env: { GREENROOM_DRAIN_MS: "3000" } });
const SOON = { timeout: 30_000 };

describe("members on three nodes", { timeout: 120_000 }, () => {
  it("see each other, in `joined`, in events, in `members` and in `rooms`", async () => {
    const ada = await member(0, "ada", "lobby");
    const bob = await member(1, "bob", "lobby");
    await expect.poll(() => believed(ada, "lobby"), SOON).toEqual(["ada", "bob"]);
    const eve = await member(2, "eve", "lobby");
    expect(eve.joined.count).toBe(3);
    await member(2, "eve", "attic");
    for (const one of [ada, bob, eve]) {
      await expect.poll(() => believed(one, "lobby"), SOON).toEqual(["ada", "bob", "eve"]);
      expect((await one.request({ type: "members", room: "lobby" }, "members")).count).toBe(3);
      await expect
        .poll(async () => (await one.request({ type: "rooms" }, "rooms")).rooms, SOON)
        .toEqual([
          { room: "attic", count: 1 },
          { room: "lobby", count: 3 },
        ]);
    }
  });

  it("come back to another node, with what they have missed, and nobody sees them leave", async () => {
    const host = await member(0, "host", "back");
    const ada = await member(1, "ada", "back");
    await expect.poll(() => believed(host, "back"), SOON).toEqual(["ada", "host"]);
    const { epoch, seq } = ada.joined;
    ada.socket.terminate();
    await host.request({ type: "message", room: "back", content: "missed" }, "ack");
    const again = await member(2, "ada", "back", { epoch, seq });
    expect(again.joined).toMatchObject({ recovered: true, messages: [{ content: "missed" }], count: 2 });
    await host.request({ type: "message", room: "back", content: "live" }, "ack");
    expect(await again.next("message", ({ content }) => content === "live")).toMatchObject({ room: "back" });
    await new Promise((resolve) => setTimeout(resolve, 7_000)); // beyond the grace of the node that has lost it
    expect(sawLeaving(host, "ada")).toBe(false);
    expect((await host.request({ type: "members", room: "back" }, "members")).count).toBe(2);
  });

  it("are gone within 15 s of their node's death, but for those who come back", async () => {
    const host = await member(0, "host", "dead");
    const ada = await member(2, "ada", "dead");
    await member(2, "bob", "dead");
    await expect.poll(() => believed(host, "dead"), SOON).toEqual(["ada", "bob", "host"]);
    const diedAt = performance.now();
    await node(2).stop();
    await ada.closed;
    await member(1, "ada", "dead");
    await expect.poll(() => believed(host, "dead"), SOON).toEqual(["ada", "host"]);
    expect(performance.now() - diedAt).toBeLessThan(15_000 + 5_000); // a busy machine may stand still for seconds
    expect(sawLeaving(host, "ada")).toBe(false);
    await restart(2);
    const late = await member(2, "late", "dead");
    expect(late.joined.count).toBe(3);
  });

  it("are not seen leaving where they do as a node says that ends in order", async () => {
    const host = await member(0, "host", "drain");
    const ada = await member(1, "ada", "drain");
    await expect.poll(() => believed(host, "drain"), SOON).toEqual(["ada", "host"]);
    node(1).signal("SIGTERM");
    const { reconnect } = await ada.next("draining", undefined, 30_000);
    await ada.closed;
    await node(1).exited;
    await new Promise((resolve) => setTimeout(resolve, reconnect));
    const again = await guest(2, "ada");
    await again.request({ type: "join", room: "drain" }, "joined");
    await restart(1);
    await new Promise((resolve) => setTimeout(resolve, 8_000)); // beyond the last lease of the node that has ended
    expect(sawLeaving(host, "ada")).toBe(false);
    expect((await host.request({ type: "members", room: "drain" }, "members")).count).toBe(2);
    again.socket.terminate();
    await once(again.socket, "close");
    await expect.poll(() => believed(host, "drain"), SOON).toEqual(["host"]);
  });
});
