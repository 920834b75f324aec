import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLoopback, isNetwork, keyOf, Networks, parseAddress } from "../../src/door/mod.ts";

const keyFor = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address === undefined ? undefined : keyOf(address);
};

describe("parseAddress()", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:8080", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["[::ffff:192.0.2.1]:443", "192.0.2.1"],
    ["2001:db8:0:1::42", "20010db800000001/64"],
    ["2001:DB8::1:0:0:0:42", "20010db800000001/64"],
    ["[2001:db8:0:1::42]:443", "20010db800000001/64"],
    ["fe80::1%eth0", "fe80000000000000/64"],
    ["::1", "0000000000000000/64"],
  ])("reads %s as what counts as %s", (text, key) => {
    expect(keyFor(text)).toBe(key);
  });

  it.each([
    "",
    "unknown",
    "_hidden",
    "localhost",
    "1",
    "127.1",
    "0x7f.0.0.1",
    "010.0.0.1",
    "256.0.0.1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4:999999",
    ":::",
    "1::2::3",
    "[::1",
    "::1]",
    "12345::",
    "::ffff:999.0.0.1",
    "2001:db8::1:",
    "a:b",
    "::1/64",
    "::1 ",
    `${"0:".repeat(40)}1`,
    "evil.example:80",
    "1.2.3.4@::1",
  ])("takes %j for no address", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it("takes for an address what the runtime does, and nothing else", () => {
    const part = fc.stringMatching(/^[0-9a-f]{1,4}$/);
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(part, { maxLength: 9 }).map((parts) => parts.join(":")),
      fc.tuple(part, part).map(([a, b]) => `${a}::${b}`),
      fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((parts) => parts.join(".")),
    );
    fc.assert(
      fc.property(text, (it) => {
        expect(parseAddress(it) !== undefined).toBe(isIP(it) !== 0);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => void parseAddress(text)),
      { numRuns: 500 },
    );
  });

  it("reads every spelling of an IPv6 address alike", () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (all) => {
        const long = all.map((group) => group.toString(16).padStart(4, "0")).join(":");
        const short = new URL(`http://[${long}]`).hostname;
        expect(parseAddress(short)).toEqual(parseAddress(long.toUpperCase()));
        const bytes = all.flatMap((group) => [group >> 8, group & 0xff]);
        const mapped = bytes.slice(0, 12).join() === "0,0,0,0,0,0,0,0,0,0,255,255";
        expect(parseAddress(long)).toEqual(mapped ? bytes.slice(12) : bytes);
      }),
    );
  });
});

describe("keyOf()", () => {
  it("has all of a /64 count as one, and the next as another", () => {
    const host = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const spelled = (net: number, low: bigint): string =>
      `2001:db8:0:${net.toString(16)}:${(low.toString(16).padStart(16, "0").match(/.{4}/g) ?? []).join(":")}`;
    fc.assert(
      fc.property(host, host, (one, other) => {
        expect(keyFor(spelled(1, one))).toBe(keyFor(spelled(1, other)));
        expect(keyFor(spelled(1, one))).not.toBe(keyFor(spelled(2, one)));
      }),
    );
  });
});

describe("isLoopback()", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.255.0.9", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["128.0.0.1", false],
    ["0.0.0.0", false],
    ["::", false],
    ["::2", false],
  ])("says of %s: %s", (text, loopback) => {
    expect(isLoopback(parseAddress(text) ?? [])).toBe(loopback);
  });
});

describe("Networks", () => {
  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["192.0.2.0/25", "192.0.2.127", true],
    ["192.0.2.0/25", "192.0.2.128", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["::ffff:10.0.0.0/104", "10.1.2.3", true],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["::/0", "10.0.0.1", false],
    ["0.0.0.0/0", "10.0.0.1", true],
  ])("%s has %s: %s", (network, address, has) => {
    expect(new Networks([network]).has(parseAddress(address) ?? [])).toBe(has);
  });

  it.each([
    "",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0/8",
    "host",
    "10.0.0.0/8/8",
    "10.0.0.1:80",
    "[::1]",
    "::ffff:10.0.0.0/8",
  ])("takes %j for none, and says so", (text) => {
    expect(isNetwork(text)).toBe(false);
    expect(() => new Networks([text])).toThrow(`Cannot read the network ${JSON.stringify(text)}`);
  });

  it("has just those addresses that begin with the same bits", () => {
    const byte = fc.nat(255);
    const four = fc.tuple(byte, byte, byte, byte);
    const bits = (address: readonly number[]): string =>
      address.map((each) => each.toString(2).padStart(8, "0")).join("");
    fc.assert(
      fc.property(four, four, fc.nat(32), (base, address, length) => {
        const has = new Networks([`${base.join(".")}/${length}`]).has(address);
        expect(has).toBe(bits(base).slice(0, length) === bits(address).slice(0, length));
      }),
    );
  });
});
