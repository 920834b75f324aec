import { describe, expect, it } from "vitest";
import { echoBot } from "../../docs/examples/echo-bot.ts";
import { noShouting } from "../../docs/examples/no-shouting.ts";
import { quietHours } from "../../docs/examples/quiet-hours.ts";
import { House } from "./guest.ts";

const HOUR_MS = 3_600_000;

describe("the layer noShouting of the docs", () => {
  it("refuses a message in capitals, and lets others through", async () => {
    const house = new House({ layers: [noShouting] });
    const ada = await house.enter("/ws/lobby?name=ada");
    for (const [at, content] of ["HELLO", "hello", "OK", "ΑΒΓ", "42"].entries()) {
      ada.say({ type: "message", content, id: at });
    }
    await house.stage.settle();
    expect(ada.heard("error")).toMatchObject([
      { id: 0, room: "lobby", code: "forbidden" },
      { id: 3, room: "lobby", code: "forbidden" },
    ]);
    expect(ada.heard("message").map(({ content }) => content)).toEqual(["hello", "OK", "42"]);
  });

  it("leaves out the id of a message that had none", async () => {
    const house = new House({ layers: [noShouting] });
    const ada = await house.enter("/ws/lobby?name=ada");
    ada.say({ type: "message", content: "HELLO" });
    await house.stage.settle();
    expect(ada.heard("error")[0]).not.toHaveProperty("id");
  });
});

describe("the layer quietHours of the docs", () => {
  it("takes no messages at night, and takes them again in the morning", async () => {
    const house = new House({ layers: [quietHours({ from: 22, to: 6 })] });
    const hours: unknown[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      const ada = await house.enter(`/ws/lobby?name=ada`);
      ada.say({ type: "message", content: "hello" });
      await house.stage.settle();
      if (ada.heard("ack").length === 1) hours.push(hour);
      await house.stage.advance(HOUR_MS);
    }
    expect(hours).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  });

  it("may lie within one day, and still lets members read", async () => {
    const house = new House({ layers: [quietHours({ from: 0, to: 1 })] });
    const ada = await house.enter("/ws/lobby?name=ada");
    ada.say({ type: "message", content: "hello", id: 1 });
    ada.say({ type: "members", id: 2 });
    await house.stage.settle();
    expect(ada.heard("error")).toMatchObject([{ id: 1, code: "forbidden" }]);
    expect(ada.heard("members")).toMatchObject([{ id: 2, count: 1 }]);
  });
});

describe("the host echoBot of the docs", () => {
  it("says again what it is asked to, in its own rooms", async () => {
    const house = new House({ hosts: [echoBot] });
    const [ada, bob] = [await house.enter("/ws/bots?name=ada"), await house.enter("/ws/lobby?name=bob")];
    ada.say({ type: "message", content: "!echo hello" });
    ada.say({ type: "message", content: "hello yourself" });
    bob.say({ type: "message", content: "!echo hello" });
    await house.stage.settle();
    expect(ada.heard("message").map(({ sender, content }) => [(sender as { id: string }).id, content])).toEqual([
      ["guest:ada", "!echo hello"],
      ["guest:ada", "hello yourself"],
      ["host:echo-bot", "hello"],
    ]);
    expect(bob.heard("message")).toHaveLength(1);
  });

  it("ends with what it was asked, however often it is asked to ask itself", async () => {
    const house = new House({ hosts: [echoBot] });
    const ada = await house.enter("/ws/bots?name=ada");
    ada.say({ type: "message", content: "!echo !echo !echo tea" });
    ada.say({ type: "message", content: "!echo " });
    await house.stage.settle();
    expect(ada.heard("message").at(-1)).toMatchObject({ content: "tea" });
  });
});
