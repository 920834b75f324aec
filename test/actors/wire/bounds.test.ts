import { describe, expect, it } from "vitest";
import { type CommandType, commandTypes, decode, defaultLimits, type Format } from "../../../src/actors/wire/mod.ts";

const served: ReadonlySet<CommandType> = new Set(commandTypes);
const options = { served, limits: defaultLimits };
const formats: readonly Format[] = ["v1", "batch"];

function padded(bytes: number): string {
  const text = '{"type":"ping","pad":""}';
  return text.replace('""', `"${"x".repeat(bytes - text.length)}"`);
}

describe("decode() at the bounds of a frame", () => {
  const tooBig = [{ ok: false, tooBig: true }];

  it.each<[Format, number]>([
    ["v1", defaultLimits.commandBytes],
    ["batch", defaultLimits.batchBytes],
  ])("reads %s up to %d bytes", (format, bytes) => {
    expect(decode(padded(bytes + 1), format, options)).toEqual(tooBig);
    expect(decode(padded(bytes), format, options)).not.toEqual(tooBig);
  });

  it("counts bytes, not UTF-16 units", () => {
    const text = JSON.stringify({ type: "ping", pad: "\u20ac".repeat(21_830) });
    expect(text.length).toBeLessThan(defaultLimits.commandBytes);
    expect(decode(text, "v1", options)).toEqual([{ ok: true, command: { type: "ping" } }]);
    expect(decode(text.replace("\u20ac", "\u20ac".repeat(10)), "v1", options)).toEqual(tooBig);
  });

  it.each(formats)("heeds a bound of its own (%s)", (format) => {
    const bounded = { ...options, maxBytes: defaultLimits.anonymousCommandBytes };
    expect(decode(padded(4096), format, bounded)).toMatchObject([{ ok: true }]);
    expect(decode(padded(4097), format, bounded)).toEqual(tooBig);
  });

  it("reads up to 256 commands in a batch", () => {
    const pings = Array.from({ length: 257 }, () => ({ type: "ping" }));
    expect(decode(JSON.stringify(pings.slice(1)), "batch", options)).toHaveLength(256);
    expect(decode(JSON.stringify(pings), "batch", options)).toEqual(tooBig);
  });

  it("refuses a command beyond 64 KiB in a batch, and no other", () => {
    const large = padded(defaultLimits.commandBytes + 1);
    const results = decode(`[{"type":"ping","x":1e999},${large},${padded(65_536)}]`, "batch", options);
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(results[1]).toMatchObject({ problem: { code: "bad_command" } });
    expect(decode(large, "batch", options)).toMatchObject([{ problem: { code: "bad_command" } }]);
  });
});
