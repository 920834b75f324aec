import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOrigin, Origins } from "../../src/door/mod.ts";

describe("Origins", () => {
  it("allow the server's own, and no other, where none are listed", () => {
    const origins = new Origins([]);
    expect(origins.allow("https://a.example", "https://a.example")).toBe(true);
    for (const other of ["http://a.example", "https://a.example:444", "https://b.a.example", "null", ""]) {
      expect(origins.allow(other, "https://a.example")).toBe(false);
    }
  });

  it("allow those that are listed, and the server's own no longer", () => {
    const origins = new Origins(["https://a.example", "http://localhost:5173"]);
    expect(origins.allow("http://localhost:5173", "https://own.example")).toBe(true);
    expect(origins.allow("https://own.example", "https://own.example")).toBe(false);
  });

  it("allow every page but those without an origin, where a star is listed", () => {
    const origins = new Origins(["*"]);
    expect(origins.allow("https://any.example", "https://own.example")).toBe(true);
    expect(origins.allow("null", "https://own.example")).toBe(false);
  });

  it("allow nothing that is not the very text of what is listed", () => {
    const listed = "https://app.example.com";
    const near = fc.tuple(fc.string({ maxLength: 3 }), fc.nat(listed.length), fc.nat(3)).map(([text, at, cut]) => {
      return listed.slice(0, at) + text + listed.slice(at + cut);
    });
    const origins = new Origins([listed]);
    fc.assert(
      fc.property(near, (origin) => {
        expect(origins.allow(origin, "https://own.example")).toBe(origin === listed);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    "example.com",
    "https://a.example/",
    "https://A.example",
    "https://a.example:443",
    "ftp://a.example",
    "null",
    "https://*.example.com",
    "",
  ])("cannot be made of %j", (text) => {
    expect(isOrigin(text)).toBe(false);
    expect(() => new Origins([text])).toThrow("Cannot allow the origin");
  });
});
