import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterEach, describe, expect } from "vitest";
import { WebSocket } from "ws";
import { test } from "./contract-test.ts";
import { closeFrame, frame, handshake } from "./raw.ts";
import { startServer } from "./server.ts";
import { stage } from "./stage.ts";

const it = stage();
const sockets: WebSocket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

async function echoing(url = it.url("/echo")): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  sockets.push(socket);
  await once(socket, "open");
  return socket;
}

async function echoed(socket: WebSocket, message: string | Buffer): Promise<[Buffer, boolean]> {
  const answered = Promise.race([
    once(socket, "message"),
    once(socket, "close").then(([code]) => Promise.reject(new Error(`Cannot read the echo: closed with ${code}`))),
  ]);
  socket.send(message);
  return (await answered) as [Buffer, boolean];
}

describe("echo", () => {
  for (const text of ["hi", "", "héllo 😀 \0 \u2028", '{"type":"ping"}', "[]", "x".repeat(64 * 1024)]) {
    test(`sends a text of ${text.length} back unchanged: ${JSON.stringify(text).slice(0, 20)}`, async () => {
      const [data, binary] = await echoed(await echoing(), text);
      expect([data.toString() === text, binary]).toEqual([true, false]);
    });
  }

  for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255, 128, 10]), randomBytes(64 * 1024)]) {
    test(`sends ${bytes.length} binary bytes back unchanged`, async () => {
      const [data, binary] = await echoed(await echoing(), bytes);
      expect([data.equals(bytes), binary]).toEqual([true, true]);
    });
  }

  test("says nothing of its own accord", async () => {
    const socket = await echoing();
    const [first] = await echoed(socket, "first");
    expect(first.toString()).toBe("first");
  });

  test("keeps the order of what is pipelined", async () => {
    const socket = await echoing();
    const seen: string[] = [];
    const all = new Promise<void>((resolve) =>
      socket.on("message", (data: Buffer) => seen.push(data.toString()) === 500 && resolve()),
    );
    for (let at = 0; at < 500; at++) socket.send(`${at}`);
    await all;
    expect(seen).toEqual(Array.from({ length: 500 }, (_, at) => `${at}`));
  });

  test("sends a fragmented message back as one", async () => {
    const raw = await it.raw();
    await raw.upgrade("/echo");
    for (const [at, part] of ["one ", "", "two ", "three"].entries()) {
      raw.write(frame(part, { opcode: at === 0 ? 1 : 0, fin: at === 3 }));
    }
    let [text, last] = ["", false];
    while (!last) {
      const part = await raw.frame();
      text += part?.payload.toString();
      last = part?.fin ?? true;
    }
    expect(text).toBe("one two three");
  });

  test("closes with the code the client closed with", async () => {
    const socket = await echoing();
    socket.close(1000, "bye");
    expect((await once(socket, "close"))[0]).toBe(1000);
  });

  test("closes with 1009 past its limit", async () => {
    const socket = await echoing();
    socket.send("x".repeat(1024 * 1024));
    expect((await once(socket, "close"))[0]).toBe(1009);
    await it.stillServes();
  });

  test("sends back what came right before a close, and then closes", async () => {
    for (let round = 0; round < 10; round++) {
      const raw = await it.raw();
      await raw.upgrade("/echo");
      raw.write(Buffer.concat([frame("first"), frame("last"), closeFrame(1000, "done")]));
      const texts = [await raw.frame(), await raw.frame()].map((each) => each?.payload.toString());
      expect(texts).toEqual(["first", "last"]);
      expect(await raw.closeCode()).toBe(1000);
    }
  });

  test("ignores what subprotocol is offered to it, or refuses, and does not fall over", async () => {
    const raw = await it.raw();
    const answer = await raw.upgrade("/echo", [
      ...handshake().split("\r\n").slice(1, -2),
      "Sec-WebSocket-Protocol: chat,superchat",
    ]);
    expect([101, 400]).toContain(answer?.status);
    await it.stillServes();
  });
});

describe("GREENROOM_ECHO", () => {
  test("off answers 404", async () => {
    const server = await startServer({ env: { GREENROOM_ECHO: "off" } });
    try {
      await expect(echoing(`ws://127.0.0.1:${server.port}/echo`)).rejects.toThrow("404");
    } finally {
      await server.stop();
    }
  });

  test("conformance lifts the limits to 16 MiB and many fragments, on /echo alone", async () => {
    const server = await startServer({ env: { GREENROOM_ECHO: "conformance" } });
    try {
      const socket = await echoing(`ws://127.0.0.1:${server.port}/echo`);
      const message = randomBytes(16 * 1024 * 1024);
      const [data] = await echoed(socket, message);
      expect(data.equals(message)).toBe(true);
      const answered = once(socket, "message");
      for (let at = 0; at < 100_000; at++) socket.send("x", { fin: at === 99_999 });
      expect(((await answered)[0] as Buffer).length).toBe(100_000);
      const room = await echoing(`ws://127.0.0.1:${server.port}/ws`);
      room.send("x".repeat(65 * 1024));
      expect((await once(room, "close"))[0]).toBe(1009);
    } finally {
      await server.stop();
    }
  }, 90_000);
});
