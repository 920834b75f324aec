import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { anyJson } from "./fitting.ts";
import { fleeting, fuzzedHouse } from "./fuzzed-house.ts";

/** The text of a token, and whether it lets its user in. */
export interface ForgedToken {
  readonly text: string;
  /** `perhaps`: it may have been revoked meanwhile, or have been changed in a way that changes nothing. */
  readonly good: "yes" | "no" | "perhaps";
}

/** What a token is made of: the JSON of its first two parts, or whatever bytes stand there instead, and how it is signed. */
interface Draft {
  readonly header: string | Uint8Array;
  readonly claims: string | Uint8Array;
  readonly hash: "sha256" | "sha384" | "sha512";
  readonly key: string;
}

type Claims = Readonly<Record<string, unknown>>;

const SPAN_S = 3_600;
const grant = fc.constantFrom("read", "write", "signal", "set", "upload", "moderate", "fly", "__proto__");
const pattern = fc.oneof(
  fc.constantFrom("*", "lobby", "team-*", "constructor", "toString", "a.b:c_d-*"),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,20}\*?$/),
);
const rooms = fc
  .array(fc.tuple(pattern, fc.array(grant, { maxLength: 4 })), { maxLength: 5 })
  .map((rows) => Object.fromEntries(rows));
const text = fc.string({ unit: "grapheme", maxLength: 40 });

/** Claims that let somebody in. */
const goodClaims: fc.Arbitrary<Claims> = fc
  .record(
    {
      sub: fc.oneof(
        fc.nat({ max: 31 }).map((at) => `user-${at}`),
        fc.constantFrom("ü", "用户", "__proto__", "a@b.c/d?e#f"),
      ),
      exp: fc.double({ min: 300, max: SPAN_S, noNaN: true }).map(fromNow),
      iat: fc.integer({ min: -SPAN_S, max: 50 }).map(fromNow),
      nbf: fc.integer({ min: -SPAN_S, max: 50 }).map(fromNow),
      name: anyJson,
      rooms,
      jti: fc.oneof(
        anyJson.filter((it) => typeof it !== "string"),
        text,
      ),
      iss: text,
      aud: fc.oneof(text, fc.array(text, { maxLength: 3 })),
      scope: anyJson,
    },
    { requiredKeys: ["sub", "exp"], noNullPrototype: true },
  )
  .map((claims): Claims => claims);

/** Of users and tokens that may be revoked by now. */
const fleetingClaims = fc.tuple(goodClaims, fc.constantFrom(...fleeting), fc.boolean()).map(([claims, id, user]) => {
  return { ...claims, [user ? "sub" : "jti"]: id };
});

/** One claim that makes good ones bad; `undefined` leaves it out. */
const badClaim: fc.Arbitrary<Claims> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom<unknown>(
        undefined,
        "",
        " ",
        "guest:ada",
        "host:admin",
        "a b",
        "x".repeat(129),
        "a\u0000",
        "\ud800",
      ),
      anyJson.filter((it) => typeof it !== "string"),
    )
    .map((sub) => ({ sub })),
  fc
    .oneof(
      fc.constantFrom<unknown>(undefined, "2999-01-01", -1, 0, 1e-9),
      fc.integer({ min: -SPAN_S, max: -1 }).map(fromNow),
      anyJson.filter((it) => typeof it !== "number"),
    )
    .map((exp) => ({ exp })),
  fc
    .oneof(fc.integer({ min: 120, max: SPAN_S }).map(fromNow), fc.constantFrom<unknown>("soon", null, []))
    .map((nbf) => ({ nbf })),
  fc
    .oneof(fc.integer({ min: 120, max: SPAN_S }).map(fromNow), fc.constantFrom<unknown>("now", null, {}))
    .map((iat) => ({ iat })),
  fc
    .constantFrom<unknown>(
      null,
      "lobby",
      7,
      ["lobby"],
      { lobby: "read" },
      { lobby: null },
      { lobby: { read: true } },
      { lobby: [["read"]] },
      { lobby: [1] },
      { "a*b": ["read"] },
      { "**": ["read"] },
      { "": ["read"] },
      { "../lobby": ["read"] },
      JSON.parse('{"__proto__":["read"]}'),
      Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`r${at}`, []])),
      nested(200),
    )
    .map((bad) => ({ rooms: bad })),
);

const header = fc
  .record(
    { alg: fc.constant("HS256"), typ: fc.constantFrom("JWT", "at+jwt", ""), kid: text, cty: anyJson, jku: fc.webUrl() },
    { requiredKeys: ["alg"], noNullPrototype: true },
  )
  .map((fields): Claims => fields);

const good = fc.tuple(header, goodClaims).map(([head, claims]) => draft(head, claims));

/** What a token may say of how it is signed, none of which counts. */
const otherAlgorithm = fc.oneof(
  fc.constantFrom<unknown>(
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    "hs256",
    "HS256 ",
    "HS384",
    "HS512",
    "RS256",
    "PS256",
    "ES256",
    "EdDSA",
    "dir",
    undefined,
  ),
  anyJson.filter((it) => it !== "HS256"),
);

const bad: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(header, goodClaims, badClaim)
      .map(([head, claims, one]) => signed(draft(head, { ...claims, ...one }))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(good, otherAlgorithm)
      .map(([it, alg]) => signed({ ...it, header: spelled({ alg, typ: "JWT" }) })),
  },
  // Signed well by another hash, and saying so.
  {
    weight: 1,
    arbitrary: fc
      .tuple(good, fc.constantFrom("384", "512"))
      .map(([it, bits]) =>
        signed({ ...it, header: spelled({ alg: `HS${bits}` }), hash: `sha${bits}` as Draft["hash"] }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(good, fc.constantFrom("", " ", `${fuzzedHouse.secret} `, "another secret, as long as the good one"))
      .map(([it, key]) => signed({ ...it, key })),
  },
  {
    weight: 1,
    arbitrary: good.map((it) => signed({ ...it, header: spelled({ alg: "HS256", crit: ["later"], later: 1 }) })),
  },
  {
    weight: 1,
    arbitrary: good.map((it) => signed({ ...it, header: spelled({ alg: "HS256", crit: ["b64"], b64: false }) })),
  },
  // Two claims of one name: the last one counts.
  { weight: 1, arbitrary: good.map((it) => signed({ ...it, claims: `${String(it.claims).slice(0, -1)},"exp":1}` })) },
  {
    weight: 1,
    arbitrary: good.map((it) => signed({ ...it, claims: `${String(it.claims).slice(0, -1)},"exp":1e999}` })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(good, fc.uint8Array({ minLength: 1, maxLength: 30 }))
      .map(([it, bytes]) => signed({ ...it, claims: Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(good, fc.constantFrom("", "null", "[]", "7", "{", '"x"', "[".repeat(5_000)))
      .map(([it, claims]) => signed({ ...it, claims })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(good, fc.constantFrom("", "null", "[]", "7", "{", '{"alg":"HS256"', "\u0000"))
      .map(([it, head]) => signed({ ...it, header: head })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(good, fc.integer({ min: 1, max: 40 })).map(([it, count]) => signed(it).slice(0, -count)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(good, fc.constantFrom(0, 1, 2)).map(([it, at]) =>
      signed(it)
        .split(".")
        .map((part, by) => (by === at ? "" : part))
        .join("."),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(good, fc.constantFrom(".x", ".", "..", ".x.y")).map(([it, more]) => signed(it) + more),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(good, good)
      .map(([it, other]) => [...signed(it).split(".").slice(0, 2), signed(other).split(".")[2]].join("."))
      .filter(isMixed),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(".", "..", "...", "a.b.c", "e30.e30.", "x".repeat(9_000), "undefined", "null"),
  },
);

/** A good token with some of its characters changed. */
const mutated = fc
  .tuple(good, fc.nat(), fc.nat({ max: 6 }), fc.stringMatching(/^[A-Za-z0-9._-]{0,6}$/))
  .map(([it, from, length, put]) => {
    const whole = signed(it);
    const at = from % whole.length;
    return whole.slice(0, at) + put + whole.slice(at + length);
  });

/** Tokens that are good, bad in one point, of somebody who may be revoked by now, and mutated; times count from now. */
export const forgedTokens: fc.Arbitrary<ForgedToken> = fc.oneof(
  { weight: 4, arbitrary: good.map((it): ForgedToken => ({ text: signed(it), good: "yes" })) },
  {
    weight: 1,
    arbitrary: fleetingClaims.map(
      (claims): ForgedToken => ({ text: signed(draft({ alg: "HS256" }, claims)), good: "perhaps" }),
    ),
  },
  { weight: 6, arbitrary: bad.map((it): ForgedToken => ({ text: it, good: "no" })) },
  { weight: 2, arbitrary: mutated.map((it): ForgedToken => ({ text: it, good: "perhaps" })) },
);

function draft(head: Claims, claims: Claims): Draft {
  return { header: spelled(head), claims: spelled(claims), hash: "sha256", key: fuzzedHouse.secret };
}

/** As JSON; a name in it is read as it stands, `__proto__` as well. */
function spelled(value: Claims): string {
  return JSON.stringify(value);
}

function signed({ header: head, claims, hash, key }: Draft): string {
  const body = [head, claims].map((part) => Buffer.from(part).toString("base64url")).join(".");
  return `${body}.${createHmac(hash, key).update(body).digest("base64url")}`;
}

function fromNow(seconds: number): number {
  return Date.now() / 1_000 + seconds;
}

/** Whether a token bears another's signature, and not by chance its own. */
function isMixed(token: string): boolean {
  const [head = "", claims = "", signature] = token.split(".");
  return createHmac("sha256", fuzzedHouse.secret).update(`${head}.${claims}`).digest("base64url") !== signature;
}

function nested(levels: number): unknown {
  let value: unknown = ["read"];
  for (let level = 0; level < levels; level += 1) value = { lobby: value };
  return value;
}
