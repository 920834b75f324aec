/** Some thousand random inputs; `npm run fuzz` tries a million. */
import process from "node:process";
import { describe, expect } from "vitest";
import { campaign, type Finding } from "../fuzz/campaign.ts";
import { fuzzedEnv } from "../fuzz/fuzzed-house.ts";
import { target, test } from "./contract-test.ts";
import { startServer } from "./server.ts";
import { stage } from "./stage.ts";
import { throughout } from "./throughout.ts";

/** Another one each time: a finding says which, and `GREENROOM_FUZZ_SEED` does it again. */
const seed = Number(process.env["GREENROOM_FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const strict = target.transport !== "deno-native";
const refusesTightLists = target.runtime === "deno-2.5";
const it = stage({ env: { GREENROOM_ROOM_IDLE_MS: "500", ...fuzzedEnv } });

/** Fails with what was found, and how to find it again. */
function expectNothing(findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const { block, what, inputs } = first;
  expect.fail(
    `${findings.length} findings under seed ${seed}, the first in ${block}: ${what} in ${inputs.slice(0, 500)}`,
  );
}

describe("random input", () => {
  test("of commands, frames, handshakes, credentials and requests is answered as the protocol says, each", async () => {
    const { findings, done } = await throughout(it, () =>
      campaign({ port: it.server.port, seed, runs: 10_000, rates: false, strict, refusesTightLists }),
    );
    expectNothing(findings);
    expect(done).toEqual({ commands: 8_000, frames: 500, handshakes: 300, credentials: 600, requests: 600 });
  }, 90_000);

  test("of commands is answered as the protocol says where clients are held to their rates", async () => {
    const server = await startServer({ env: { GREENROOM_RATE_LIMITS: "on" } });
    try {
      const { findings } = await campaign({ port: server.port, seed, runs: 3_000, rates: true, strict });
      expectNothing(findings);
      expect(server.alive()).toBe(true);
    } finally {
      await server.stop();
    }
  }, 90_000);
});
