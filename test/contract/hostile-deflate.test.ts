import { deflateRawSync } from "node:zlib";
import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { frame, goodHeaders } from "./raw.ts";
import { stage } from "./stage.ts";
import { throughout } from "./throughout.ts";

const it = stage({ env: { GREENROOM_ECHO: "conformance" } });
const MiB = 1024 * 1024;
/** Compressed by permessage-deflate (RFC 7692 §7.2.1), without the four bytes at its end: 100 KiB that become 100 MiB. */
const bomb = deflateRawSync(Buffer.alloc(100 * MiB, "x")).subarray(0, -4);
const offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_no_context_takeover";

describe("a deflate bomb", () => {
  for (const path of ["/ws/lobby", "/echo"]) {
    test(`is not agreed to on ${path}, and its frame is refused unread`, async () => {
      const before = it.server.residentMiB();
      await throughout(it, async () => {
        for (let round = 0; round < 20; round += 1) {
          const raw = await it.raw();
          const answer = await raw.upgrade(path, [...goodHeaders(), offer]);
          expect(answer?.status).toBe(101);
          expect(answer?.headers.has("sec-websocket-extensions")).toBe(false);
          raw.write(frame(bomb, { reserved: 4 }));
          expect([1002, 1006, 1009]).toContain(await raw.closeCode());
        }
      });
      // One of them let go off would take 100 MiB by itself; twenty were thrown.
      expect(it.server.residentMiB() - before).toBeLessThan(90);
    }, 60_000);

    test(`in fragments, of which the first says that it is compressed, is refused on ${path}`, async () => {
      const raw = await it.raw();
      await raw.upgrade(path, [...goodHeaders(), offer]);
      raw.write(frame(bomb.subarray(0, 1_000), { reserved: 4, fin: false }));
      raw.write(frame(bomb.subarray(1_000), { opcode: 0 }));
      expect([1002, 1006]).toContain(await raw.closeCode());
      await it.stillServes();
    });
  }
});
