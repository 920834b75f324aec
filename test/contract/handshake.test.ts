import { describe, expect } from "vitest";
import { target, test } from "./contract-test.ts";
import { type Answer, goodHeaders, handshake } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

/** A refusal is an HTTP answer with a problem document, never a dropped socket. */
function expectProblem({ status, headers, body }: Answer, wanted: number): void {
  expect(status).toBe(wanted);
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(body)).toMatchObject({ status: wanted, title: expect.any(String) });
}

describe("handshake", () => {
  test("a plain GET of /ws is answered with 426 and what to upgrade to", async () => {
    const answer = await it.answered("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    expectProblem(answer, 426);
    expect(answer.headers.get("upgrade")?.toLowerCase()).toBe("websocket");
  });

  test("a plain GET of /ws/:room is answered with 426", async () => {
    expectProblem(await it.answered("GET /ws/lobby HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 426);
  });

  test("a plain GET of /echo is answered with 426", async () => {
    expectProblem(await it.answered("GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 426);
  });

  for (const path of ["/nowhere", "/ws/lobby/more", "/wsx"]) {
    test(`an unknown path ${path} is answered with 404`, async () => {
      expectProblem(await it.answered(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`), 404);
    });

    test(`an upgrade of ${path} is answered with 404`, async () => {
      expect((await it.answered(handshake(path))).status).toBe(404);
    });
  }

  for (const host of ["127.0.0.1/health?", "127.0.0.1/health#", "ada@127.0.0.1", "127.0.0.1\\health?"]) {
    test(`a Host that would be more than a host of the URL is answered with 400: ${host}`, async () => {
      expect((await it.answered(`GET /nowhere HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status).toBe(400);
      expect((await it.answered(handshake("/ws", [...goodHeaders("Host"), `Host: ${host}`]))).status).toBe(400);
    });
  }

  for (const user of ["ada", "ada:pass", ":pass"]) {
    test(`a target that names a user is answered, and not dropped: ${user}`, async () => {
      expect([101, 400]).toContain((await it.answered(handshake(`http://${user}@127.0.0.1/ws`))).status);
    });
  }

  test("a line that ends in a bare line feed is refused, but on Deno's own sockets, where it is like any other", async () => {
    const plain = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Other: y\r\n\r\n";
    const taken: boolean[] = [];
    for (const text of [plain, handshake("/ws")]) {
      for (const bare of [text.replaceAll("\r\n", "\n"), text.replace("\r\n\r\n", "\n\r\n")]) {
        taken.push((await it.answered(bare)).status < 400);
      }
    }
    expect(taken).toEqual(Array.from({ length: 4 }, () => target.transport === "deno-native"));
  });

  test("a carriage return in a header is refused, and ends no line", async () => {
    const inside = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Other: y\rAuthorization: Bearer x\r\n\r\n";
    expect((await it.answered(inside)).status).toBe(400);
    expect((await it.answered(handshake("/ws", [...goodHeaders(), "X-Other: y\rX-More: z"]))).status).toBe(400);
  });

  const malformed: readonly (readonly [string, string])[] = [
    [
      "a key that is no 16 bytes",
      handshake("/ws", [...goodHeaders("Sec-WebSocket-Key"), "Sec-WebSocket-Key: c2hvcnQ="]),
    ],
    [
      "a key that is no base64",
      handshake("/ws", [...goodHeaders("Sec-WebSocket-Key"), "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="]),
    ],
    ["no key", handshake("/ws", goodHeaders("Sec-WebSocket-Key"))],
    ["version 12", handshake("/ws", [...goodHeaders("Sec-WebSocket-Version"), "Sec-WebSocket-Version: 12"])],
    ["version abc", handshake("/ws", [...goodHeaders("Sec-WebSocket-Version"), "Sec-WebSocket-Version: abc"])],
    ["no version", handshake("/ws", goodHeaders("Sec-WebSocket-Version"))],
    ["POST", handshake("/ws").replace("GET", "POST")],
    ["a body", `${handshake("/ws", [...goodHeaders(), "Content-Length: 5"])}hello`],
    ["a chunked body", `${handshake("/ws", [...goodHeaders(), "Transfer-Encoding: chunked"])}5\r\nhello\r\n0\r\n\r\n`],
    ["an upgrade to something else", handshake("/ws", [...goodHeaders("Upgrade"), "Upgrade: h2c"])],
    ["Connection without Upgrade", handshake("/ws", [...goodHeaders("Connection"), "Connection: keep-alive"])],
  ];
  for (const [name, request] of malformed) {
    test(`a handshake with ${name} is answered with a 4xx`, async () => {
      const { status } = await it.answered(request);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      await it.stillServes();
    });
  }

  for (const [name, header] of [
    ["WebSocket", "Upgrade: WebSocket"],
    ["WEBSOCKET", "Upgrade: WEBSOCKET"],
  ] as const) {
    test(`Upgrade: ${name} is taken in this case too`, async () => {
      expect((await it.answered(handshake("/ws", [...goodHeaders("Upgrade"), header]))).status).toBe(101);
    });
  }

  test("Connection: keep-alive, Upgrade is taken, as Firefox sends it", async () => {
    expect(
      (await it.answered(handshake("/ws", [...goodHeaders("Connection"), "Connection: keep-alive, Upgrade"]))).status,
    ).toBe(101);
  });

  test("the 101 proves that the key was read", async () => {
    const headers = [...goodHeaders("Sec-WebSocket-Key"), "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
    const { headers: given } = await it.answered(handshake("/ws", headers));
    // The example of RFC 6455 section 1.3.
    expect(given.get("sec-websocket-accept")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  });

  test("no extension is agreed to", async () => {
    const { status, headers } = await it.answered(
      handshake("/ws", [...goodHeaders(), "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]),
    );
    expect(status).toBe(101);
    expect(headers.has("sec-websocket-extensions")).toBe(false);
  });

  test("a query that is not percent-encoded well does no harm", async () => {
    const { status } = await it.answered(handshake("/ws?room=%ZZ&name=%E0%A4"));
    expect([101, 400]).toContain(status);
    await it.stillServes();
  });

  test("a room in the path that is not percent-encoded well does no harm", async () => {
    const { status } = await it.answered(handshake("/ws/%ZZ"));
    expect([101, 400, 404]).toContain(status);
    await it.stillServes();
  });
});

describe("refusal", () => {
  test("a refused upgrade bears a problem document", async () => {
    const answer = await it.answered(handshake("/ws", [...goodHeaders(), "Sec-WebSocket-Protocol: chat"]));
    expectProblem(answer, 400);
  });

  test("a refused upgrade whose peer stays, or goes without a word, leaves no socket behind", async () => {
    const stays = await it.raw();
    stays.write(handshake("/ws", goodHeaders("Sec-WebSocket-Key")));
    expect((await stays.answer())?.status).toBe(400);
    // Elsewhere the refusal is an answer like any other, after which HTTP may keep the connection (RFC 9112 §9.3).
    if (target.transport === "node") await stays.ended();
    const says = await it.raw();
    says.write(handshake("/ws", goodHeaders("Sec-WebSocket-Key")));
    expect((await says.answer())?.status).toBe(400);
    says.write("and more\r\n\r\n");
    await says.ended();
    stays.destroy();
  });

  test("a request that offers another protocol is answered as if it had not", async () => {
    const headers = [
      "Host: 127.0.0.1",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQ",
    ];
    expect((await it.answered(handshake("/health", headers))).status).toBe(200);
  });

  test("a request that offers another protocol is not done without its body", async () => {
    const headers = ["Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: h2c", "Transfer-Encoding: chunked"];
    const posting = handshake(`/api/rooms/${freshRoom()}/files?name=ada`, headers).replace("GET", "POST");
    const { status, body } = await it.answered(`${posting}5\r\nhello\r\n0\r\n\r\n`);
    if (status === 201) expect(JSON.parse(body)).toMatchObject({ attachment: { size: 5 } });
    else expect(status).toBe(400);
  });

  test(`a refused upgrade on the ${target.transport} transport leaves the listener open`, async () => {
    for (let round = 0; round < 20; round++) await it.answered(handshake("/ws", goodHeaders("Sec-WebSocket-Key")));
    await it.stillServes();
  });
});
