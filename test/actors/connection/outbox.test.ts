import { describe, expect, it } from "vitest";
import { Outbound } from "../../../src/actors/connection/outbound.ts";
import { Outbox } from "../../../src/actors/connection/outbox.ts";
import { closeCodes, Frames } from "../../../src/actors/wire/mod.ts";
import { SimulatedSocket, type SimulatedSocketOptions } from "./simulated-socket.ts";

/** An outbox whose turn ends when the test says so. */
function desk({ budgetBytes = 1_000, ...options }: SimulatedSocketOptions & { readonly budgetBytes?: number } = {}) {
  const socket = new SimulatedSocket(options);
  const outbound = new Outbound(1_000_000);
  const user = { id: "guest:ada", name: "ada", guest: true };
  const outbox = new Outbox(socket, { user, format: "v1", budgetBytes, outbound });
  let requested = false;
  outbox.open({ path: "/connection", tell: () => true }, () => {
    requested = true;
  });
  function turnEnds(): undefined {
    while (requested) {
      requested = false;
      outbox.flush();
    }
  }
  return { socket, outbox, outbound, turnEnds };
}

/** Frames of that many bytes, as the budget counts them. */
function frames(bytes: number, name = "x"): Frames {
  const made = new Frames([name]);
  return bytes <= made.bytes ? made : new Frames([name.padEnd(name.length + bytes - made.bytes, ".")]);
}

describe("Outbox", () => {
  it("keeps the order of replies and live frames, in one write a turn", () => {
    const { socket, outbox, turnEnds } = desk();
    outbox.reply("one");
    outbox.reply("two");
    outbox.offer(new Frames(["three", "four"]));
    outbox.reply("five");
    outbox.offer(new Frames(["six"]));
    expect(socket.writes).toEqual([]);
    turnEnds();
    expect(socket.writes).toEqual([["one", "two", "three", "four", "five", "six"]]);
  });

  it("writes nothing at the end of a turn that queued nothing", () => {
    const { socket, outbox, turnEnds } = desk();
    outbox.reply("one");
    turnEnds();
    outbox.flush();
    turnEnds();
    expect(socket.writes).toEqual([["one"]]);
  });

  it("refuses an offer past the budget, all of it, and takes one that fits exactly", () => {
    const { socket, outbox, turnEnds } = desk({ budgetBytes: 1_000 });
    expect(outbox.offer(frames(600))).toBe(true);
    expect(outbox.offer(new Frames(["fits", "x".repeat(500)]))).toBe(false);
    expect(outbox.offer(frames(400))).toBe(true);
    expect(outbox.loadBytes).toBe(1_000);
    expect(outbox.full).toBe(true);
    turnEnds();
    expect(socket.writes.flat()).toHaveLength(2);
  });

  it("counts what the runtime holds", () => {
    const { socket, outbox, turnEnds } = desk();
    outbox.reply("a first word");
    socket.bufferedBytes = 700;
    turnEnds();
    expect(outbox.offer(frames(301))).toBe(false);
    expect(outbox.offer(frames(300))).toBe(true);
  });

  it("counts replies that are promised, until they are made, once", () => {
    const { outbox } = desk();
    const answer = outbox.promise(800);
    outbox.promise(100);
    expect(outbox.offer(frames(101))).toBe(false);
    answer("short");
    answer("short again");
    expect(outbox.loadBytes).toBe(105);
    expect(outbox.offer(frames(870))).toBe(true);
  });

  it("always takes replies, and counts them", () => {
    const { socket, outbox, turnEnds } = desk();
    for (let at = 0; at < 5; at += 1) outbox.reply("x".repeat(400));
    expect(outbox.full).toBe(true);
    expect(outbox.offer(frames(20))).toBe(false);
    turnEnds();
    expect(socket.writes.flat()).toHaveLength(5);
    expect(outbox.loadBytes).toBe(0);
  });

  it("eases those who wait once half of the budget is free, in their order and once", () => {
    const { socket, outbox, turnEnds } = desk({ reads: false });
    outbox.offer(frames(900));
    turnEnds();
    const eased: string[] = [];
    outbox.whenDrained(() => void eased.push("one") as undefined);
    outbox.whenDrained(() => void eased.push("two") as undefined);
    turnEnds();
    expect([eased, socket.awaitsDrain]).toEqual([[], true]);
    socket.bufferedBytes = 501;
    outbox.ease();
    expect(eased).toEqual([]);
    socket.bufferedBytes = 500;
    outbox.ease();
    outbox.ease();
    expect(eased).toEqual(["one", "two"]);
  });

  it("eases at the end of the turn where there is room already", () => {
    const { outbox, turnEnds } = desk();
    const eased: string[] = [];
    outbox.whenDrained(() => void eased.push("at once") as undefined);
    expect(eased).toEqual([]);
    turnEnds();
    expect(eased).toEqual(["at once"]);
  });

  it("eases when a reply turns out shorter than was promised", () => {
    const { outbox, turnEnds } = desk();
    const answer = outbox.promise(900);
    const eased: string[] = [];
    outbox.whenDrained(() => void eased.push("eased") as undefined);
    turnEnds();
    expect(eased).toEqual([]);
    answer("short");
    turnEnds();
    expect(eased).toEqual(["eased"]);
  });

  it("closes behind everything that was queued, and takes nothing more", () => {
    const { socket, outbox, turnEnds } = desk();
    outbox.reply("last words");
    outbox.close(closeCodes.restart);
    outbox.reply("too late");
    expect(outbox.offer(frames(20, "too late"))).toBe(true);
    outbox.close(closeCodes.bye);
    turnEnds();
    expect(socket.writes).toEqual([["last words"]]);
    expect(socket.deeds).toEqual(["close 1012 restart"]);
  });

  it("forgets everything once it is shut, and those who waited with it", () => {
    const { socket, outbox, outbound, turnEnds } = desk({ reads: false });
    const eased: string[] = [];
    outbox.offer(frames(900));
    turnEnds();
    outbox.whenDrained(() => void eased.push("eased") as undefined);
    outbox.reply("queued");
    outbox.shut();
    socket.bufferedBytes = 0;
    turnEnds();
    expect([socket.writes.flat().length, eased, outbound.bytes]).toEqual([1, [], 0]);
  });
});
