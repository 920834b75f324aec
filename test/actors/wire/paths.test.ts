import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Asked, parseTarget } from "../../../src/actors/wire/mod.ts";

function good(name: string): Asked {
  return { name, valid: true };
}

function bad(name: string): Asked {
  return { name, valid: false };
}

describe("parseTarget()", () => {
  it.each<[string, readonly Asked[], Asked | undefined]>([
    ["/", [], undefined],
    ["/ws", [], undefined],
    ["/ws?", [], undefined],
    ["/ws?room=a", [good("a")], undefined],
    ["/ws?room=a&room=b&room=a", [good("a"), good("b")], undefined],
    ["/?room=a&name=ada", [good("a")], good("ada")],
    ["/ws/lobby", [good("lobby")], undefined],
    ["/ws/lobby?name=ada", [good("lobby")], good("ada")],
    ["/ws/b?room=a&room=b", [good("b"), good("a")], undefined],
    ["/ws/%6Cobby", [good("lobby")], undefined],
    ["/ws/a%3Ab", [good("a:b")], undefined],
    ["/ws/a%2Fb", [bad("a/b")], undefined],
    ["/ws/%zz", [bad("%zz")], undefined],
    ["/ws/%ff", [bad("%ff")], undefined],
    ["/ws/%", [bad("%")], undefined],
    ["/ws/..", [bad("..")], undefined],
    ["/ws/__proto__", [bad("__proto__")], undefined],
    ["/ws?room=%zz", [bad("%zz")], undefined],
    ["/ws?room=%ff", [bad("\ufffd")], undefined],
    ["/ws?room=", [bad("")], undefined],
    ["/ws?room", [bad("")], undefined],
    ["/ws?room=a+b", [bad("a b")], undefined],
    ["/ws?name=", [], bad("")],
    ["/ws?name=x", [], bad("x")],
    ["/ws?name=ada&name=bob", [], good("ada")],
    ["/ws?room=a#room=b", [good("a")], undefined],
    ["/ws#?room=b", [], undefined],
    ["/ws?other=1&ROOM=a", [], undefined],
    ["http://example.org", [], undefined],
    ["http://example.org:8080/ws/lobby?name=ada", [good("lobby")], good("ada")],
    ["wss://[::1]:8080?room=a", [good("a")], undefined],
  ])("finds in %j the rooms %j and the name %j", (target, rooms, name) => {
    expect(parseTarget(target)).toEqual({ kind: "rooms", rooms, name });
  });

  it.each(["/echo", "/echo?room=a", "http://localhost:8080/echo"])("finds the echo in %j", (target) => {
    expect(parseTarget(target)).toEqual({ kind: "echo" });
  });

  it.each([
    "",
    "*",
    "//",
    "//ws",
    "///",
    "/ws/",
    "//ws/lobby",
    "/ws//lobby",
    "/ws/a/b",
    "/ws/a/",
    "/WS",
    "/wsx",
    "/%77s",
    "/echo/",
    "/echo/x",
    "ws",
    "?room=a",
    "http://[",
    "http://[/ws",
    "http:///ws",
    "http://a b/ws",
    "file:///ws",
    "javascript:/ws",
  ])("finds nothing of ours in %j", (target) => {
    expect(parseTarget(target)).toEqual({ kind: "none" });
  });

  it("never throws, whatever the target", () => {
    fc.assert(
      fc.property(fc.constantFrom("", "/ws/", "/ws?", "http://"), fc.string({ unit: "binary" }), (start, rest) => {
        expect(["rooms", "echo", "none"]).toContain(parseTarget(start + rest).kind);
      }),
    );
  });

  it("says of every room it calls valid what the path said", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/), (room) => {
        const rooms = [good(room)];
        expect(parseTarget(`/ws/${encodeURIComponent(room)}`)).toMatchObject({ rooms });
        expect(parseTarget(`/ws?room=${encodeURIComponent(room)}`)).toMatchObject({ rooms });
      }),
    );
  });
});
