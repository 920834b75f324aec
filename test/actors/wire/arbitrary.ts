import fc from "fast-check";
import { type Command, errorCodes, type Json, type ServerEvent } from "../../../src/actors/wire/mod.ts";

/** A command as a client says it, and as it is decoded. */
export interface Said {
  readonly said: Readonly<Record<string, unknown>>;
  readonly meant: Command;
}

const room = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 16 }).filter((text) => text.length <= 64);
const content = fc.string({ unit: "grapheme", minLength: 1, maxLength: 99 }).filter((text) => text.length <= 1000);
const user = fc.stringMatching(/^[!-~]{1,128}$/);
const seq = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const seconds = fc.integer({ min: 1, max: 1e9 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const id = fc.oneof(word, number);
// A string of JSON, read back: what a client can say (no -0), with __proto__ as a key of its own.
const json = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(JSON.stringify(JSON.parse(text))) as Json);

function some<T extends object, U extends object>(required: fc.Arbitrary<T>, optional: fc.Arbitrary<U>) {
  return fc.tuple(required, optional).map(([one, other]) => ({ ...one, ...other }));
}

function maybe<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record<T, never>(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}

function has<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

function is<const T>(value: T): fc.Arbitrary<T> {
  return fc.constant(value);
}

const sanction = fc.constantFrom("kick", "ban", "unban", "mute", "unmute");

const plain: fc.Arbitrary<Command> = fc.oneof(
  some(
    has({ type: is("join") }),
    maybe({
      id,
      room,
      username: fc.stringMatching(/^[a-zA-Z0-9_]{3,20}$/),
      since: has({ epoch: word, seq }),
      history: fc.nat({ max: 200 }),
    }),
  ),
  some(has({ type: is("leave") }), maybe({ id, room })),
  some(has({ type: is("message"), content }), maybe({ id, room, data: json, key: word })),
  some(has({ type: is("signal"), name: word }), maybe({ id, room, data: json })),
  some(has({ type: is("history") }), maybe({ id, room, before: seq, limit: fc.integer({ min: 1, max: 200 }) })),
  some(has({ type: is("history") }), maybe({ id, room, after: seq })),
  some(has({ type: is("members") }), maybe({ id, room, limit: fc.integer({ min: 1, max: 200 }), cursor: word })),
  some(has({ type: is("rooms") }), maybe({ id, prefix: room, cursor: word })),
  some(has({ type: is("ping") }), maybe({ id })),
  some(
    has({ type: is("upload"), name: fc.stringMatching(/^[ -~]{1,255}$/), media: is("image/png"), size: seq }),
    maybe({ id, room, content, key: word }),
  ),
  some(has({ type: is("download"), file: word }), maybe({ id })),
  some(has({ type: is("cancel") }), maybe({ id })),
  some(has({ type: is("auth"), token: fc.stringMatching(/^[!-~]{1,200}$/) }), maybe({ id })),
  some(has({ type: is("redact"), seq: seq.map((value) => Math.max(1, value)) }), maybe({ id, room, reason: word })),
  some(has({ type: sanction, user }), maybe({ id, room, seconds, reason: word })) as fc.Arbitrary<Command>,
);

const values = fc.uniqueArray(fc.tuple(fc.oneof(word, is("__proto__"), is("constructor")), json), {
  selector: ([name]) => name,
  maxLength: 20,
});

/** Any command that is valid under the default limits. */
export const anyCommand: fc.Arbitrary<Said> = fc.oneof(
  { weight: 9, arbitrary: plain.map((command): Said => ({ said: { ...command }, meant: command })) },
  {
    weight: 1,
    arbitrary: values.map(
      (entries): Said => ({
        said: { type: "set", values: Object.fromEntries(entries) },
        meant: { type: "set", values: new Map(entries) },
      }),
    ),
  },
);

/** Some events, enough to write every kind of field. */
export const anyEvent: fc.Arbitrary<ServerEvent> = fc.oneof(
  some(
    has({ type: is("message"), room, seq, sender: has({ id: user, name: word }), content, at: seq }),
    maybe({ data: json, key: word }),
  ),
  some(has({ type: is("error"), code: fc.constantFrom(...errorCodes), message: word }), maybe({ id, room })),
  some(has({ type: is("ack") }), maybe({ id, room, seq, duplicate: is(true) })),
  has({ type: is("state"), room, values: values.map((entries) => Object.fromEntries(entries)) }),
);
