import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member } = stage();

describe("signal", () => {
  test("reaches the members' other connections, and not the one that sent it", async () => {
    const room = freshRoom();
    const [ada, twin, bob] = [await member(room, "ada"), await member(room, "ada"), await member(room, "bob")];
    ada.send({ type: "signal", room, name: "typing", data: { on: true } });
    for (const client of [twin, bob]) {
      expect(await client.next("signal")).toMatchObject({
        room,
        name: "typing",
        data: { on: true },
        sender: { id: "guest:ada", name: "ada" },
      });
    }
    bob.send({ type: "signal", room, name: "fence" });
    expect((await ada.next("signal")).name).toBe("fence");
  });

  test("is not stored", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room), await member(room)];
    ada.send({ type: "signal", room, name: "wave" });
    await bob.next("signal");
    expect(await bob.request({ type: "history", room }, "history")).toMatchObject({ messages: [] });
    expect((await member(room)).joined).toMatchObject({ seq: 0, messages: [] });
  });

  test("is answered with nothing", async () => {
    const room = freshRoom();
    const client = await member(room);
    client.send({ type: "signal", room, name: "wave", id: 7 });
    await client.settled();
    expect(client.events.filter((event) => "id" in event && event.id === 7)).toEqual([]);
  });

  test("to a room one has not joined is answered with not_joined", async () => {
    const client = await guest();
    expect((await client.request({ type: "signal", room: freshRoom(), name: "wave" }, "error")).code).toBe(
      "not_joined",
    );
  });

  for (const name of ["", 5, null, undefined]) {
    test(`named ${JSON.stringify(name)} is a bad_command`, async () => {
      const client = await member(freshRoom());
      expect(await client.request({ type: "signal", name }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["name"],
      });
    });
  }
});
