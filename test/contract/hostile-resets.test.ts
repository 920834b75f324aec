import { describe } from "vitest";
import { test } from "./contract-test.ts";
import { frame, goodHeaders, handshake, type RawSocket } from "./raw.ts";
import { stage } from "./stage.ts";
import { throughout } from "./throughout.ts";

const THINK_MS = 50;
const it = stage({ main: "test/contract/custom-server.ts", env: { GREENROOM_TEST_THINK_MS: `${THINK_MS}` } });

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const ends: Readonly<Record<string, (raw: RawSocket) => void>> = {
  "a reset": (raw) => raw.reset(),
  "an end": (raw) => raw.socket.end(),
};

const requests: Readonly<Record<string, string>> = {
  "an upgrade": handshake("/ws/lobby?name=ada"),
  "an upgrade that is refused": handshake("/ws", goodHeaders("Sec-WebSocket-Key")),
  "a request": "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
};

describe("a front door that thinks for 50 ms", () => {
  for (const [name, end] of Object.entries(ends)) {
    for (const [asked, request] of Object.entries(requests)) {
      test(`survives ${name} during its check of ${asked}, at every point of it, 200 times`, () =>
        throughout(it, async () => {
          for (let round = 0; round < 20; round += 1) {
            const raws = await Promise.all(Array.from({ length: 10 }, () => it.raw()));
            for (const raw of raws) raw.write(request);
            // From before it is read until behind the answer.
            await pause((round * THINK_MS) / 15);
            for (const raw of raws) end(raw);
          }
        }));
    }
  }

  test("survives frames that come while it thinks, and a reset behind them", () =>
    throughout(it, async () => {
      for (let round = 0; round < 50; round += 1) {
        const raw = await it.raw();
        raw.write(handshake("/ws/lobby"));
        raw.write(frame('{"type":"message","content":"early"}'));
        await pause(round * 2);
        raw.reset();
      }
    }));
});
