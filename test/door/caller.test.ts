import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callerOf, Networks, type ProxyHeader } from "../../src/door/mod.ts";

const proxies = new Networks(["127.0.0.1", "10.0.0.0/8"]);

function caller(
  headers: Record<string, string>,
  { peer = "127.0.0.1", header = "x-forwarded-for" as ProxyHeader, url = "http://chat.example.com/ws" } = {},
) {
  return callerOf(new Request(url, { headers }), peer, { proxies, header });
}

describe("callerOf()", () => {
  it("takes the address of the connection where that is no trusted proxy's, whatever headers say", () => {
    const headers = { "x-forwarded-for": "192.0.2.9", forwarded: "for=192.0.2.9", "x-real-ip": "192.0.2.9" };
    expect(caller(headers, { peer: "198.51.100.7" }).address).toBe("198.51.100.7");
  });

  it.each([
    ["192.0.2.9", "192.0.2.9"],
    ["6.6.6.6, 192.0.2.9", "192.0.2.9"],
    ["6.6.6.6, 192.0.2.9, 10.1.1.1", "192.0.2.9"],
    ["10.2.2.2, 10.1.1.1", "10.2.2.2"],
    ["6.6.6.6, unknown", "127.0.0.1"],
    ["6.6.6.6, unknown, 10.1.1.1", "10.1.1.1"],
    ["", "127.0.0.1"],
    ["2001:db8::1", "20010db800000000/64"],
    ["[2001:db8::1]:4711", "20010db800000000/64"],
    ["::ffff:192.0.2.9", "192.0.2.9"],
  ])(
    "behind a trusted proxy, takes of X-Forwarded-For: %s the rightmost hop that is not trusted: %s",
    (said, address) => {
      expect(caller({ "x-forwarded-for": said }).address).toBe(address);
    },
  );

  it.each([
    ["for=192.0.2.9", "192.0.2.9"],
    ['for="192.0.2.9:4711";proto=https', "192.0.2.9"],
    ['For="[2001:db8::1]:4711"', "20010db800000000/64"],
    ["for=6.6.6.6, for=192.0.2.9;by=10.1.1.1", "192.0.2.9"],
    ['for=6.6.6.6, for=192.0.2.9;host="a,for=7.7.7.7"', "192.0.2.9"],
    ["for=192.0.2.9, for=10.1.1.1", "192.0.2.9"],
    ["for=6.6.6.6, for=_hidden", "127.0.0.1"],
    ["nonsense", "127.0.0.1"],
    ['for=6.6.6.6;x=", for="[2001:db8::1]:4711"', "20010db800000000/64"],
    ['for=6.6.6.6;x=", for=192.0.2.9;proto="https"', "192.0.2.9"],
    ['for=6.6.6.6;x=", for=192.0.2.9;host="a,for=7.7.7.7;x="', "127.0.0.1"],
    ["for=192.0.2.9;;proto=https;", "192.0.2.9"],
    ['for="6.6.6.6, for=192.0.2.9', "192.0.2.9"],
    ['for="6.6.6.6\\", for=192.0.2.9;proto=https', "192.0.2.9"],
  ])("where it is told to, takes of Forwarded: %s the same: %s", (said, address) => {
    expect(caller({ forwarded: said, "x-forwarded-for": "6.6.6.6" }, { header: "forwarded" }).address).toBe(address);
  });

  it("does not look at Forwarded where X-Forwarded-For is what the proxy writes", () => {
    expect(caller({ forwarded: "for=6.6.6.6", "x-forwarded-for": "192.0.2.9" }).address).toBe("192.0.2.9");
  });

  it("knows no address where the runtime tells none", () => {
    const request = new Request("http://chat.example.com/", { headers: { "x-forwarded-for": "192.0.2.9" } });
    expect(callerOf(request, undefined, { proxies, header: "x-forwarded-for" }).address).toBeUndefined();
  });

  it("takes the scheme and host of a trusted proxy's last hop for the server's own origin", () => {
    const own = (headers: Record<string, string>, options?: object) => caller(headers, options).own;
    expect(own({})).toBe("http://chat.example.com");
    expect(own({ "x-forwarded-proto": "https" })).toBe("https://chat.example.com");
    expect(own({ "x-forwarded-proto": "https", "x-forwarded-host": "app.example.com:8443" })).toBe(
      "https://app.example.com:8443",
    );
    expect(own({ "x-forwarded-proto": "http, https", "x-forwarded-host": "evil.example, app.example.com" })).toBe(
      "https://app.example.com",
    );
    expect(own({ forwarded: "host=a.example, host=app.example.com;proto=https" }, { header: "forwarded" })).toBe(
      "https://app.example.com",
    );
    expect(own({ "x-forwarded-proto": "https" }, { peer: "198.51.100.7" })).toBe("http://chat.example.com");
    expect(own({ "x-forwarded-host": "evil.example/path?" })).toBe("http://chat.example.com");
  });

  it.each(['"', '\\"', '";,', '"\\', 'for="'])("reads a Forwarded header of 64 KiB of %s in no time", (piece) => {
    const forwarded = `for="${piece.repeat(Math.floor(65_536 / piece.length))}`;
    const from = performance.now();
    caller({ forwarded }, { header: "forwarded" });
    expect(performance.now() - from).toBeLessThan(250);
  });

  it("never takes for the client what stands left of an address that is not trusted", () => {
    const four = fc.ipV4().filter((address) => !/^(?:10|127)\./.test(address));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme-ascii" }), { maxLength: 5 }), four, (forged, real) => {
        const chain = [...forged.map((text) => text.replaceAll(/[^\x21-\x7e]/g, "x")), real].join(", ");
        expect(caller({ "x-forwarded-for": chain }).address).toBe(real);
      }),
      { numRuns: 300 },
    );
  });

  it("never throws, whatever the headers", () => {
    const value = fc.stringMatching(/^[\x21-\x7e \t]{0,200}$/);
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        for (const header of ["x-forwarded-for", "forwarded"] as const) {
          caller({ "x-forwarded-for": a, forwarded: a, "x-forwarded-host": b, "x-forwarded-proto": c }, { header });
        }
      }),
      { numRuns: 300 },
    );
  });
});
