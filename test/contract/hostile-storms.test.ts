/** The storms of `npm run storms` in small: here others must be answered within 2 s, there in twice their quiet time. */
import { describe } from "vitest";
import { storms } from "../storms/storms.ts";
import { test } from "./contract-test.ts";
import { stage } from "./stage.ts";
import { throughout } from "./throughout.ts";

const it = stage();
const PART = 0.05;

describe("others are answered within 2 s during a storm of", () => {
  // What comes past the rates is `rates`; newcomers who look in all the time are past them as well.
  for (const { name, full, run } of storms.filter(({ limited }) => limited !== true)) {
    // Half handshakes do not become fewer by being small in number.
    const count = full <= 500 ? full : Math.ceil(full * PART);
    test(name, () => throughout(it, () => run(it.server, count)), 60_000);
  }
});
