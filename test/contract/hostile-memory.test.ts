/**
 * What leaves the server's memory where it was: each is done in rounds, and what the last of them leaves behind is held
 * against an earlier one (see `comesBack`).
 */
import process from "node:process";
import { deflateRawSync } from "node:zlib";
import { describe } from "vitest";
import { test } from "./contract-test.ts";
import { comesBack, weighed } from "./memory.ts";
import { frame, goodHeaders, handshake, type RawSocket } from "./raw.ts";
import { stage } from "./stage.ts";
import { throughout } from "./throughout.ts";

const it = stage({ main: weighed.main, env: { ...weighed.env, GREENROOM_HEARTBEAT_MS: "8000" } });
const MiB = 1024 * 1024;
const bomb = deflateRawSync(Buffer.alloc(100 * MiB)).subarray(0, -4);

/** Ten connections that do the same at once, and are gone after that. */
async function ten(path: string, run: (raw: RawSocket) => Promise<unknown>): Promise<void> {
  const raws = await Promise.all(Array.from({ length: 10 }, () => it.upgraded(path)));
  await Promise.all(raws.map((raw) => run(raw)));
  for (const raw of raws) raw.destroy();
}

function many(count: number, ...frames: readonly Buffer[]): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => frames).flat());
}

/** Sends all of it, as far as the server takes it. */
async function sent(raw: RawSocket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    raw.socket.once("close", () => resolve());
    raw.socket.write(bytes, () => resolve());
    setTimeout(resolve, 1_000);
  });
}

const badKinds = ["Sec-WebSocket-Key", "Upgrade", "Sec-WebSocket-Version"] as const;
const fragmented = Buffer.concat([
  frame("[", { fin: false }),
  many(100_000, frame("x", { opcode: 0, fin: false })),
  frame("]", { opcode: 0 }),
]);
const huge = frame(Buffer.alloc(65 * MiB, 0x20));

const rounds: Readonly<Record<string, () => Promise<void>>> = {
  "2,000 bad handshakes": async () => {
    for (let at = 0; at < 40; at += 1) {
      const raws = await Promise.all(Array.from({ length: 50 }, () => it.raw()));
      const request = handshake("/ws", goodHeaders(badKinds[at % 3] as string));
      for (const raw of raws) raw.write(request);
      await Promise.all(raws.map((raw) => raw.answer()));
      for (const raw of raws) raw.reset();
    }
  },
  "500 half handshakes": async () => {
    const raws = await Promise.all(Array.from({ length: 500 }, () => it.raw()));
    for (const raw of raws) raw.write(handshake().slice(0, 100));
    await it.stillServes();
    for (const raw of raws) raw.reset();
  },
  "1,000 connections that come and are reset": async () => {
    for (let at = 0; at < 20; at += 1) {
      const raws = await Promise.all(Array.from({ length: 50 }, () => it.upgraded("/ws/lobby?name=passing")));
      for (const raw of raws) raw.reset();
    }
  },
  "10 messages of 100,000 fragments": () =>
    ten("/ws", async (raw) => {
      raw.socket.resume();
      await sent(raw, fragmented);
    }),
  "a message of 65 MiB": async () => {
    const raw = await it.upgraded();
    await sent(raw, huge);
    await raw.closeCode(20_000).catch(() => undefined);
    raw.destroy();
  },
  "10 deflate bombs": () =>
    ten("/echo", async (raw) => {
      raw.write(frame(bomb, { reserved: 4 }));
      await raw.closeCode().catch(() => undefined);
    }),
  "300,000 pings whose pongs nobody reads": () =>
    ten("/ws", async (raw) => {
      raw.socket.pause();
      await sent(raw, many(30_000, frame("x".repeat(125), { opcode: 9 })));
    }),
  "200,000 commands whose answers nobody reads": () =>
    ten("/ws", async (raw) => {
      raw.socket.pause();
      await sent(raw, many(20_000, frame('{"type":"ping"}')));
    }),
  "20,000 commands that nobody can read": () =>
    ten("/ws", async (raw) => {
      raw.socket.resume();
      await sent(raw, many(2_000, frame('{"type":"message","content":{}}'), frame("[".repeat(1_000)), frame("\u0000")));
    }),
  "5,000 joins and leaves of 500 rooms": async () => {
    const client = await it.guest();
    for (let at = 0; at < 5_000; at += 1) {
      client.send({ type: "join", room: `memory-${at % 500}` });
      client.send({ type: "leave", room: `memory-${at % 500}` });
      if (at % 250 === 249) await client.settled();
    }
    client.socket.terminate();
  },
  "readers that never read, while 15 MB go by": async () => {
    const stuck = await Promise.all(Array.from({ length: 10 }, () => it.upgraded("/ws/busy?name=stuck")));
    for (const raw of stuck) raw.socket.pause();
    const writer = await it.member("busy", "writer");
    const data = "x".repeat(15_000);
    for (let at = 0; at < 50; at += 1) {
      for (let each = 0; each < 20; each += 1) writer.send({ type: "signal", room: "busy", name: "much", data });
      await writer.settled();
    }
    writer.socket.terminate();
    for (const raw of stuck) raw.reset();
  },
};

describe("memory is back within 10 % after rounds of", () => {
  for (const [name, round] of Object.entries(rounds)) {
    test(name, async () => {
      const left = await throughout(it, () => comesBack(it.server, round));
      if (process.env["GREENROOM_TEST_SAY"] !== undefined) {
        console.error(
          `${name}: ${left.map(({ live, resident }) => `${live.toFixed(1)}/${resident.toFixed(0)}`).join(", ")}`,
        );
      }
    }, 150_000);
  }
});
