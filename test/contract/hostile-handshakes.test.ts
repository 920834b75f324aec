import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { frame, goodHeaders, handshake } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

describe("a hostile handshake leaves the server serving:", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["// as its target", handshake("//")],
    ["// and a host as its target", handshake("//evil.example/ws")],
    ["http://[ as its target", handshake("http://[")],
    [
      "a key that is no base64",
      handshake("/ws", [...goodHeaders("Sec-WebSocket-Key"), `Sec-WebSocket-Key: ${"!".repeat(22)}==`]),
    ],
    [
      "a key of 64 KB",
      handshake("/ws", [...goodHeaders("Sec-WebSocket-Key"), `Sec-WebSocket-Key: ${"A".repeat(65_536)}`]),
    ],
    ["version 12", handshake("/ws", [...goodHeaders("Sec-WebSocket-Version"), "Sec-WebSocket-Version: 12"])],
    ["the method POST", handshake("/ws").replace("GET", "POST")],
    ["a body", `${handshake("/ws", [...goodHeaders(), "Content-Length: 5"])}hello`],
    [
      "a body of 1 MB that is announced and never comes",
      handshake("/ws", [...goodHeaders(), "Content-Length: 1000000"]),
    ],
    ["an absolute target", handshake("http://127.0.0.1/ws")],
    ["* as its target", handshake("*")],
    ["a target without a slash", handshake("ws")],
    ["an empty target", handshake("")],
    ["a target of 100 KB", handshake(`/ws?${"x".repeat(100_000)}`)],
    ["a target of control characters", handshake("/ws/\u0001\u0002")],
    ["a target of 700 rooms", handshake(`/ws?${Array.from({ length: 700 }, (_, at) => `room=r${at}`).join("&")}`)],
    ["dots in its path", handshake("/ws/../../../../etc/passwd")],
    ["8 KB of spaces in a header", handshake("/ws", [...goodHeaders(), `X-Spaces:${" ".repeat(8_192)}x`])],
    [
      "8 KB of spaces in the subprotocols",
      handshake("/ws", [...goodHeaders(), `Sec-WebSocket-Protocol: a${" ".repeat(8_192)}b`]),
    ],
    [
      "8 KB of commas in the subprotocols",
      handshake("/ws", [...goodHeaders(), `Sec-WebSocket-Protocol: ${",".repeat(8_000)}greenroom.v1`]),
    ],
    ["2,000 headers", handshake("/ws", [...goodHeaders(), ...Array.from({ length: 2_000 }, (_, at) => `X-${at}: y`)])],
    ["100 KB in a header", handshake("/ws", [...goodHeaders(), `X-Long: ${"x".repeat(100_000)}`])],
    ["no Host", handshake("/ws", goodHeaders("Host"))],
    ["two Hosts", handshake("/ws", [...goodHeaders(), "Host: other"])],
    ["a bad Host", handshake("/ws", [...goodHeaders("Host"), "Host: a b/[::"])],
    ...[".0.1", "1.2.3.4.5", "x:99999", "%", "[::1", "a@b", "a#b", "xn--", "127.\u00dd0.0.1"].map(
      (host) =>
        [`the Host ${JSON.stringify(host)}`, handshake("/ws", [...goodHeaders("Host"), `Host: ${host}`])] as const,
    ),
    ...[".0.1", "256.256.256.256", "%", "a b", "127.\u00dd0.0.1"].map(
      (host) => [`a plain GET of / from ${JSON.stringify(host)}`, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`] as const,
    ),
    ["an empty Host", handshake("/ws", [...goodHeaders("Host"), "Host:"])],
    ["a header without a colon", handshake("/ws", [...goodHeaders(), "nonsense"])],
    ["a header with a NUL", handshake("/ws", [...goodHeaders(), "X-Nul: a\0b"])],
    ["a header folded over lines", handshake("/ws", [...goodHeaders(), "X-Fold: a\r\n b"])],
    ["bare line feeds", handshake().replaceAll("\r\n", "\n")],
    ["two keys", handshake("/ws", [...goodHeaders(), ...goodHeaders().slice(-1)])],
    ["HTTP/1.0", handshake().replace("HTTP/1.1", "HTTP/1.0")],
    ["HTTP/9.9", handshake().replace("HTTP/1.1", "HTTP/9.9")],
    ["the method PRI of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001"],
    [
      "Content-Length and chunks at once",
      `${handshake("/ws", [...goodHeaders(), "Content-Length: 5", "Transfer-Encoding: chunked"])}0\r\n\r\n`,
    ],
    ["a negative Content-Length", handshake("/ws", [...goodHeaders(), "Content-Length: -5"])],
    [
      "a forged forwarding address",
      handshake("/ws", [...goodHeaders(), "X-Forwarded-For: not an address, ::::", "Forwarded: for=["]),
    ],
    ["a foreign Origin that is no URL", handshake("/ws", [...goodHeaders(), "Origin: http://["])],
    ["Authorization without a scheme", handshake("/ws", [...goodHeaders(), "Authorization: "])],
    ["a cookie of rubbish", handshake("/ws", [...goodHeaders(), "Cookie: =;;;=%%%; __proto__=x"])],
    ["random bytes", Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 131 + 7) % 256)).toString("latin1")],
  ];
  for (const [name, request] of texts) {
    test(name, async () => {
      const raw = await it.raw();
      raw.write(Buffer.from(request, "latin1"));
      // It may be answered, dropped or waited for: the others must not notice.
      const answer = await Promise.race([raw.answer().catch(() => undefined), it.stillServes().then(() => undefined)]);
      expect(answer?.status ?? 400, answer?.body).not.toBe(500);
      raw.destroy();
      await it.stillServes();
    });
  }

  test("half of it, 300 times, and then silence", async () => {
    const raws = await Promise.all(Array.from({ length: 300 }, () => it.raw()));
    for (const [at, raw] of raws.entries()) raw.write(handshake().slice(0, (at * 7) % 160));
    await it.stillServes();
  });

  test("a reset at every byte of it", async () => {
    const text = handshake();
    for (let at = 0; at <= text.length; at += 3) {
      const raw = await it.raw();
      raw.write(text.slice(0, at));
      raw.reset();
    }
    await it.stillServes();
  });

  for (const path of ["/ws", `/ws/lobby?name=ada`, "/echo", "//", "/nowhere"]) {
    test(`a reset while its answer to ${path} is under way, 200 times`, async () => {
      for (let at = 0; at < 200; at++) {
        const raw = await it.raw();
        raw.write(handshake(path));
        if (at % 2 === 0) await new Promise(setImmediate);
        raw.reset();
      }
      await it.stillServes();
    });
  }

  test("a reset right after the 101, 100 times, with frames under way", async () => {
    for (let at = 0; at < 100; at++) {
      const raw = await it.upgraded(`/ws/${freshRoom()}`);
      raw.write(frame('{"type":"message","content":"gone"}'));
      raw.reset();
    }
    await it.stillServes();
  });

  test("frames in one packet with it", async () => {
    const raw = await it.raw();
    raw.write(
      Buffer.concat([Buffer.from(handshake(`/ws/${freshRoom()}`)), frame('{"type":"message","content":"early"}')]),
    );
    expect((await raw.answer())?.status).toBe(101);
    const seen: string[] = [];
    while (!seen.some((text) => text.includes("early"))) seen.push((await raw.frame())?.payload.toString() ?? "");
    expect(seen[0]).toContain("welcome");
  });

  test("2,000 bad ones", async () => {
    for (let round = 0; round < 40; round++) {
      const raws = await Promise.all(Array.from({ length: 50 }, () => it.raw()));
      for (const [at, raw] of raws.entries())
        raw.write(
          handshake("/ws", goodHeaders(["Sec-WebSocket-Key", "Upgrade", "Sec-WebSocket-Version"][at % 3] as string)),
        );
      await Promise.all(raws.map((raw) => raw.answer().catch(() => undefined)));
      for (const raw of raws) raw.destroy();
    }
    await it.stillServes();
  });
});
