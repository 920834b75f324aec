import { Buffer } from "node:buffer";
import fc from "fast-check";
import * as v from "valibot";
import { isGuestName, isRoomName } from "../../src/actors/wire/mod.ts";
import { actBodies, pageQuery, type RoomAct, revocationBody, revocationQuery } from "../../src/routes/admin-body.ts";
import { anyJson, fitting } from "./fitting.ts";
import { type ForgedToken, forgedTokens } from "./forged-tokens.ts";
import { fleeting, fuzzedHouse } from "./fuzzed-house.ts";
import { shapeOf } from "./shape.ts";

/** A request over HTTP, and what may come of it. */
export interface FuzzRequest {
  readonly bytes: Buffer;
  /** The statuses that it may be answered with; none are named for bytes that may be no request. */
  readonly allowed: readonly number[] | undefined;
  /** What it asked for was a ticket: it is to be tried. */
  readonly ticket?: boolean;
}

/** A request before it is written out. */
interface Draft {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly allowed: readonly number[];
  readonly ticket?: boolean;
}

const BODY_BYTES = 4_096;
const acts = Object.keys(actBodies) as readonly RoomAct[];

/** Rooms that nobody else is in: what is done about them is to be felt by nobody. */
const rooms = ["http-1", "http-2", "http-3"];
const room = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...rooms) },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "-", "a b", "a/b", "%", "..", "ü", "x".repeat(65), "\u0000") },
);

/** Who asks an operator's question, and whether that is one. */
const asker = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ header: `Authorization: Bearer ${fuzzedHouse.admin}`, isAdmin: true }) },
  {
    weight: 1,
    arbitrary: fc
      .oneof(
        fc.constantFrom(
          "X-Nothing: 1",
          "Authorization: Bearer",
          `Authorization: bearer ${fuzzedHouse.admin}`,
          `Authorization: Basic ${fuzzedHouse.admin}`,
          `Authorization: Bearer ${fuzzedHouse.admin.slice(0, -1)}`,
          `Authorization: Bearer ${fuzzedHouse.admin}x`,
          `Authorization: Bearer ${fuzzedHouse.admin.toUpperCase()}`,
          `Cookie: ${fuzzedHouse.cookie}=${fuzzedHouse.admin}`,
          `Sec-WebSocket-Protocol: greenroom.v1, bearer.${fuzzedHouse.admin}`,
        ),
        forgedTokens.filter(({ text }) => text !== "").map(({ text }) => `Authorization: Bearer ${text}`),
      )
      .map((header) => ({ header, isAdmin: false })),
  },
);

/** Of the names that a body holds, those of users and tokens are mostly of such as nobody else goes by. */
function aboutFleeting(said: Readonly<Record<string, unknown>>, id: string): Readonly<Record<string, unknown>> {
  const about = Object.keys(said).filter((name) => name === "user" || name === "token");
  return { ...said, ...Object.fromEntries(about.map((name) => [name, id])) };
}

/** JSON for a schema: what it takes, what it nearly takes, any other, and text that is none. */
function bodies(schema: v.GenericSchema<unknown, object>): fc.Arbitrary<string> {
  const fits = fc
    .tuple(fitting(shapeOf(schema)), fc.constantFrom(...fleeting))
    .map(([said, id]) => aboutFleeting(said as Readonly<Record<string, unknown>>, id));
  const nearly = fc.tuple(fits, fc.nat(), anyJson, fc.boolean()).map(([said, at, value, add]) => {
    const names = Object.keys(said);
    return { ...said, [add || names.length === 0 ? "__proto__" : (names[at % names.length] as string)]: value };
  });
  const json = fc.oneof(
    { weight: 6, arbitrary: fits },
    { weight: 3, arbitrary: nearly },
    { weight: 1, arbitrary: anyJson },
  );
  return fc.oneof(
    { weight: 10, arbitrary: json.map((said) => JSON.stringify(said) ?? "") },
    {
      weight: 2,
      arbitrary: fc.tuple(json, fc.nat({ max: 30 })).map(([said, at]) => (JSON.stringify(said) ?? "").slice(0, at)),
    },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("", `{"reason":"${"x".repeat(5_000)}"}`, "[".repeat(4_000), '{"user":1e999}'),
    },
  );
}

/** What an operator's question with a body must be answered with, by its schema. */
function judged(schema: v.GenericSchema<unknown, object>, text: string, done: readonly number[]): readonly number[] {
  if (Buffer.byteLength(text) > BODY_BYTES) return [413];
  try {
    const said: unknown = JSON.parse(text);
    return !Array.isArray(said) && v.is(schema, said) ? done : [400];
  } catch {
    return [400];
  }
}

const deeds = fc.constantFrom(...acts).chain((act) => {
  const schema: v.GenericSchema<unknown, object> = actBodies[act];
  return fc.tuple(room, asker, bodies(schema)).map(([name, { header, isAdmin }, text]): Draft => {
    const target = `/api/rooms/${encodeURIComponent(name)}/${act}`;
    const done = act === "redact" ? [200, 404] : [200, 409];
    const well = text.toWellFormed();
    const allowed = isRoomName(name)
      ? isAdmin
        ? judged(schema, well, done)
        : [401]
      : isAdmin
        ? [400, 404]
        : [401, 404];
    return { method: "POST", target, headers: [header], body: Buffer.from(well), allowed };
  });
});

const revocations = fc.tuple(asker, bodies(revocationBody)).map(([{ header, isAdmin }, text]): Draft => {
  const well = text.toWellFormed();
  // One that is over before it begins is refused as well.
  const allowed = isAdmin ? judged(revocationBody, well, [200, 400]) : [401];
  return { method: "POST", target: "/api/revocations", headers: [header], body: Buffer.from(well), allowed };
});

const queryText = fc.oneof(
  fc.constantFrom("", "1", "100", "1000", "1001", "-1", "1e3", "__proto__", ...fleeting),
  fc.string({ maxLength: 20 }),
);
const query = fc.dictionary(fc.constantFrom("limit", "cursor", "user", "token", "reason", "x"), queryText, {
  maxKeys: 3,
  noNullPrototype: true,
});
const asked = fc
  .tuple(
    fc.constantFrom(
      ["GET", "/api/revocations", pageQuery] as const,
      ["DELETE", "/api/revocations", revocationQuery] as const,
      ["GET", "/api/audit", pageQuery] as const,
      ["GET", "/api/rooms/http-1/sanctions", undefined] as const,
      ["GET", "/api/rooms/http-2/policy", undefined] as const,
    ),
    asker,
    query,
  )
  .map(([[method, path, schema], { header, isAdmin }, said]): Draft => {
    const target = `${path}?${new URLSearchParams(said)}`;
    const fits = schema === undefined || v.is(schema, Object.fromEntries(new URLSearchParams(target.split("?")[1])));
    return { method, target, headers: [header], body: Buffer.alloc(0), allowed: isAdmin ? [fits ? 200 : 400] : [401] };
  });

const ticketBody = fc.oneof(
  fc
    .constantFrom("", "{}", '{"origin":"https://app.example.com"}', '{"later":1}')
    .map((text) => ({ text, status: 201 })),
  fc
    .constantFrom(
      "[]",
      "null",
      "7",
      "{",
      '{"origin":"*"}',
      '{"origin":"https://app.example.com/"}',
      '{"origin":null}',
      '{"origin":"null"}',
    )
    .map((text) => ({ text, status: 400 })),
  fc.constant({ text: `{"x":"${"x".repeat(5_000)}"}`, status: 413 }),
);
const tickets = fc
  .tuple(forgedTokens.filter(fitsHeader), ticketBody)
  .map(([{ text: token, good }, { text, status }]): Draft => {
    const allowed = good === "yes" ? [status] : good === "no" ? [401] : [status, 401, 403];
    const headers = [`Authorization: Bearer ${token}`];
    // A ticket for the pages of one origin lets no others in.
    const ticket = status === 201 && !text.includes("origin");
    return { method: "POST", target: "/api/tickets", headers, body: Buffer.from(text), allowed, ticket };
  });

const label = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("a.txt", "../../etc/passwd", "a\r\nb", 'a"b', "__proto__", "\u202egpj.exe"),
);
const uploads = fc
  .tuple(
    room,
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: forgedTokens.filter(fitsHeader) },
    ),
    fc.record(
      { filename: label, content: label, key: label, name: label },
      { requiredKeys: [], noNullPrototype: true },
    ),
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom("text/plain", "image/png", "text/html", "x", "", "a/b; c=d", "image/svg+xml", "*/*", "TEXT/PLAIN"),
  )
  .map(([name, token, said, bytes, media]): Draft => {
    const wellSaid = Object.fromEntries(Object.entries(said).map(([one, value]) => [one, value?.toWellFormed() ?? ""]));
    const target = `/api/rooms/${encodeURIComponent(name)}/files?${new URLSearchParams(wellSaid)}`;
    const headers = [
      ...(token === undefined ? [] : [`Authorization: Bearer ${token.text}`]),
      ...(media === "" ? [] : [`Content-Type: ${media}`]),
    ];
    const body = Buffer.from(bytes);
    const bad = !isRoomName(name) || (said.name !== undefined && !isGuestName(said.name));
    // What the rooms and the names of files are held to is looked at behind that; a user may have been granted nothing there,
    // and operators may have had the room slowed down.
    const good = [200, 201, 400, 403, 429];
    const allowed = bad ? [400, 404] : token?.good === "no" ? [401] : token?.good === "perhaps" ? [...good, 401] : good;
    return { method: "POST", target, headers, body, allowed };
  });

const ranges = fc.oneof(
  fc.constantFrom(
    "bytes=0-",
    "bytes=-1",
    "bytes=5-2",
    "bytes=0-0,2-3",
    "bytes=99999999999999999999-",
    "items=0-1",
    "bytes=",
  ),
  fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
);
const downloads = fc
  .tuple(
    fc.oneof(
      fc.stringMatching(/^[\w-]{24}$/),
      fc.constantFrom("..%2f..%2fetc%2fpasswd", "%00", "__proto__", "x".repeat(300)),
      fc.stringMatching(/^[\w.-]{1,30}$/),
    ),
    fc.constantFrom("GET", "HEAD"),
    ranges,
  )
  .filter(([id]) => !/^\.+$/.test(id))
  .map(
    ([id, method, range]): Draft => ({
      method,
      target: `/files/${id}`,
      headers: [`Range: ${range.trim()}`],
      body: Buffer.alloc(0),
      allowed: [404],
    }),
  );

const drafts = fc.oneof(
  { weight: 5, arbitrary: deeds },
  { weight: 2, arbitrary: revocations },
  { weight: 2, arbitrary: asked },
  { weight: 3, arbitrary: tickets },
  { weight: 4, arbitrary: uploads },
  { weight: 1, arbitrary: downloads },
);

/** A body in chunks (RFC 9112 §7.1). */
const inChunks = drafts
  .filter(({ body }) => body.length > 0)
  .map((draft): FuzzRequest => {
    const half = Math.ceil(draft.body.length / 2);
    const pieces = [draft.body.subarray(0, half), draft.body.subarray(half)].filter(({ length }) => length > 0);
    const chunks = pieces.flatMap((piece) => [
      Buffer.from(`${piece.length.toString(16)}\r\n`),
      piece,
      Buffer.from("\r\n"),
    ]);
    const head = headOf(draft, ["Transfer-Encoding: chunked"]);
    return { ...draft, bytes: Buffer.concat([head, ...chunks, Buffer.from("0\r\n\r\n")]) };
  });

/** Another method than the one that is asked for: nothing is done by it. */
const otherMethod = fc
  .tuple(drafts, fc.constantFrom("PUT", "PATCH", "TRACE", "PROPFIND"))
  .map(([draft, method]): FuzzRequest => {
    return { bytes: Buffer.concat([headOf({ ...draft, method }, lengthOf(draft)), draft.body]), allowed: undefined };
  });

/** A length that is not the body's, both ways to say one, or one that is none. */
const wrongLength = fc
  .tuple(
    drafts,
    fc.constantFrom(
      "Content-Length: 5",
      "Content-Length: 99999",
      "Content-Length: -1",
      "Content-Length: 1e3",
      "Content-Length: 3\r\nContent-Length: 4",
      "Content-Length: 4\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: gzip, x",
      "Content-Length: 99999999999999999999",
    ),
  )
  .map(
    ([draft, length]): FuzzRequest => ({
      bytes: Buffer.concat([headOf(draft, [length]), draft.body]),
      allowed: undefined,
    }),
  );

const mutated = fc
  .tuple(drafts, fc.nat(), fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 8 }))
  .map(([draft, from, length, put]): FuzzRequest => {
    const whole = Buffer.concat([headOf(draft, lengthOf(draft)), draft.body]);
    const at = from % whole.length;
    return { bytes: Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + length)]), allowed: undefined };
  });

/** Requests to the routes of operators, tickets and files: as their schemas have them, bad in one point, and mutated. */
export const fuzzRequests: fc.Arbitrary<FuzzRequest> = fc.oneof(
  {
    weight: 8,
    arbitrary: drafts.map(
      (draft): FuzzRequest => ({ ...draft, bytes: Buffer.concat([headOf(draft, lengthOf(draft)), draft.body]) }),
    ),
  },
  { weight: 2, arbitrary: inChunks },
  { weight: 1, arbitrary: otherMethod },
  { weight: 1, arbitrary: wrongLength },
  { weight: 2, arbitrary: mutated },
);

function headOf({ method, target, headers }: Draft, more: readonly string[]): Buffer {
  const lines = ["Host: 127.0.0.1", "Connection: close", ...headers, ...more];
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

function lengthOf({ method, body }: Draft): readonly string[] {
  return method === "GET" || method === "HEAD" ? [] : [`Content-Length: ${body.length}`];
}

/** Whether a token can stand behind `Bearer`; another one is malformed, which the upgrades try. */
function fitsHeader({ text }: ForgedToken): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}
