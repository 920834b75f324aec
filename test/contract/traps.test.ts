/**
 * What the runtimes are known to get wrong, seen from outside. Each trap is set on every target: a fix for one of them
 * must not open it on another.
 */
import { once } from "node:events";
import { describe, expect } from "vitest";
import { WebSocket } from "ws";
import { target, test } from "./contract-test.ts";
import { closeFrame, frame, goodHeaders, handshake, type RawSocket } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

describe("trap:", () => {
  // Deno ends its listener when another Response is returned after an upgrade was begun.
  test("no refused upgrade ends the listener", async () => {
    const refused = [
      handshake("/ws", goodHeaders("Sec-WebSocket-Key")),
      handshake("/ws", [...goodHeaders(), "Sec-WebSocket-Protocol: chat"]),
      handshake("/ws", [...goodHeaders(), "Sec-WebSocket-Protocol: a,b"]),
      handshake("/ws", [...goodHeaders(), "Sec-WebSocket-Protocol: greenroom.v1,greenroom.v1.batch"]),
      handshake("/nowhere"),
      handshake("/ws").replace("GET", "POST"),
      handshake("/ws", [...goodHeaders(), "Origin: https://app.example.com.evil"]),
      handshake("/ws", [...goodHeaders(), "Origin: null"]),
      handshake("/ws?room=-bad"),
      handshake("/health"),
      handshake("/echo", [...goodHeaders(), "Sec-WebSocket-Protocol: a,b"]),
    ];
    for (const request of refused) {
      const raw = await it.raw();
      raw.write(request);
      expect((await raw.answer())?.status).toBeLessThan(500);
      raw.destroy();
      await it.stillServes();
    }
  });

  // node-ws dies of an upgrade of "//"; node-server before 2.1.6 of a reset during an async check.
  test("an upgrade of // and a reset at once do not end the process", async () => {
    for (let at = 0; at < 50; at++) {
      const raw = await it.raw();
      raw.write(handshake(at % 2 === 0 ? "//" : "/ws/lobby?room=other"));
      raw.reset();
    }
    await it.stillServes();
  });

  // hono/deno answers 404 to it.
  test("Upgrade: WebSocket joins the room of the path", async () => {
    const room = freshRoom();
    const raw = await it.raw();
    await raw.upgrade(`/ws/${room}`, [...goodHeaders("Upgrade"), "Upgrade: WebSocket"]);
    expect((await raw.frame())?.payload.toString()).toContain('"welcome"');
    expect((await raw.frame())?.payload.toString()).toContain('"joined"');
  });

  // Deno hands text with bytes that are no UTF-8 on as U+FFFD.
  test("invalid UTF-8 never becomes a message", async () => {
    const room = freshRoom();
    const watcher = await it.member(room);
    const raw = await it.upgraded(`/ws/${room}`);
    raw.write(
      frame(
        Buffer.concat([Buffer.from('{"type":"message","content":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      ),
    );
    await raw.closeCode(2_000).catch(() => undefined);
    await watcher.request({ type: "message", room, content: "good" }, "ack");
    expect((await watcher.next("message")).content).toBe("good");
  });

  // Deno reports 0 for a connection that is cut, and sends an illegal frame for close(1005).
  test("connections that end in any way cost nobody else theirs, and their users leave once", async () => {
    const ends: Readonly<Record<string, (raw: RawSocket) => void>> = {
      reset: (raw) => raw.reset(),
      ended: (raw) => raw.socket.end(),
      uncoded: (raw) => raw.write(frame("", { opcode: 8 })),
      bye: (raw) => raw.write(closeFrame(1000)),
      internal: (raw) => raw.write(closeFrame(1011, "mine")),
      private: (raw) => raw.write(closeFrame(4999)),
    };
    const room = freshRoom();
    const watcher = await it.member(room, "watcher");
    for (const [name, end] of Object.entries(ends)) {
      const raw = await it.upgraded(`/ws/${room}?name=${name}`);
      // Who ends before the join is done never was a member, and does not leave.
      for (const said of ["welcome", "joined"]) expect((await raw.frame())?.payload.toString()).toContain(`"${said}"`);
      end(raw);
    }
    const left: string[] = [];
    let count = -1;
    // Not by the count: the first of them may be gone before the last has come.
    while (left.length < Object.keys(ends).length) {
      const presence = await watcher.next("presence", (event) => event.left !== undefined);
      left.push(...(presence.left ?? []));
      ({ count } = presence);
    }
    expect(count).toBe(1);
    expect(left.toSorted()).toEqual(
      Object.keys(ends)
        .map((name) => `guest:${name}`)
        .toSorted(),
    );
    await it.stillServes();
  });

  test("a close frame from the server bears a code that may be sent", async () => {
    const raw = await it.upgraded();
    raw.write(frame("", { opcode: 8 }));
    // No code is answered with none, or with 1000.
    for (let next = await raw.frame(); next !== undefined; next = await raw.frame()) {
      if (next.opcode !== 8) continue;
      expect(next.payload.length === 0 || next.payload.readUInt16BE(0) === 1000).toBe(true);
      return;
    }
  });

  // Deno has no bound of its own below 64 MiB, and no pause.
  test("a sender that never stops does not starve others", async () => {
    const flood = await it.upgraded(`/ws/${freshRoom()}`);
    flood.socket.resume();
    const block = Buffer.concat(
      Array.from({ length: 500 }, () => frame(`{"type":"signal","name":"flood","data":"${"x".repeat(200)}"}`)),
    );
    let flooding = true;
    const flooded = (async () => {
      while (flooding && flood.socket.writable) {
        if (!flood.socket.write(block)) await Promise.race([once(flood.socket, "drain"), once(flood.socket, "close")]);
      }
    })().catch(() => undefined);
    for (let at = 0; at < 20; at++) await it.stillServes();
    flooding = false;
    flood.destroy();
    await flooded;
  }, 90_000);

  // Extra headers on the 101 throw on Deno 2.5.0; middleware may not touch a begun upgrade.
  test("an upgrade with a hundred kinds of headers is taken", async () => {
    const raw = await it.raw();
    const answer = await raw.upgrade("/ws", [
      ...goodHeaders(),
      "Origin: http://127.0.0.1",
      "Cookie: a=b",
      "User-Agent: x",
      "Accept-Encoding: gzip",
      ...Array.from({ length: 80 }, (_, at) => `X-${at}: y`),
    ]);
    expect(answer?.status).toBe(101);
  });

  test("a client of the runtime's own kind connects", async () => {
    const socket = new globalThis.WebSocket(it.url("/ws/lobby"), ["greenroom.v1", "greenroom.v1.batch"]);
    const [event] = (await once(socket, "message")) as [MessageEvent];
    expect(String(event.data)).toContain("welcome");
    socket.close();
  });

  test("a client that offers deflate is served without", async () => {
    const socket = new WebSocket(it.url("/echo"), { perMessageDeflate: true });
    await once(socket, "open");
    expect(socket.extensions).toBe("");
    socket.send("x".repeat(10_000));
    const [data] = await once(socket, "message");
    expect(String(data)).toHaveLength(10_000);
    socket.terminate();
  });

  test(`the request's headers and address are read before the upgrade on ${target.transport}`, async () => {
    const clients = await Promise.all(Array.from({ length: 30 }, () => it.member(freshRoom())));
    await Promise.all(clients.map((client) => client.settled()));
  });
});
