import type { CommandSchemas } from "../../../src/actors/wire/mod.ts";

/** Fields of a command as a client says them. */
export type Said = Readonly<Record<string, unknown>>;

/** One command: what its schema takes, and what it refuses. */
export interface Row {
  readonly type: keyof CommandSchemas;
  /** Fields that are taken as they are. */
  readonly good: readonly Said[];
  /** Fields that are refused, and the path that is blamed. */
  readonly bad: readonly (readonly [Said, string])[];
}

const LONE = "\ud800";
/** The least that a message says. */
export const hello: Said = { content: "hello" };
const file = { name: "a.png", media: "image/png", size: 3 };
const kick = { user: "u1" };

const room: readonly (readonly [Said, string])[] = [
  [{ room: "" }, "room"],
  [{ room: null }, "room"],
  [{ room: 1 }, "room"],
  [{ room: "x".repeat(65) }, "room"],
];

function roomOf(rest: Said): readonly (readonly [Said, string])[] {
  return room.map(([said, path]) => [{ ...rest, ...said }, path]);
}

const sanction: Pick<Row, "good" | "bad"> = {
  good: [kick, { ...kick, room: "a", seconds: 60, reason: "spam" }],
  bad: [
    ...roomOf(kick),
    [{}, "user"],
    [{ user: "a b" }, "user"],
    [{ user: 1 }, "user"],
    [{ ...kick, seconds: 0 }, "seconds"],
    [{ ...kick, seconds: 1.5 }, "seconds"],
    [{ ...kick, seconds: 1e300 }, "seconds"],
    [{ ...kick, seconds: "60" }, "seconds"],
    [{ ...kick, reason: "" }, "reason"],
    [{ ...kick, reason: "x".repeat(201) }, "reason"],
  ],
};

/** Every command but `set`. */
export const rows: readonly Row[] = [
  {
    type: "join",
    good: [
      {},
      { room: "a" },
      { username: "ada" },
      { since: { epoch: "e", seq: 0 } },
      { history: 0 },
      { id: "j", room: "a", username: "ada", since: { epoch: "e", seq: 7 }, history: 200 },
    ],
    bad: [
      ...room,
      [{ username: "a" }, "username"],
      [{ username: null }, "username"],
      [{ since: null }, "since"],
      [{ since: 1 }, "since"],
      [{ since: [] }, "since.epoch"],
      [{ since: { epoch: "e" } }, "since.seq"],
      [{ since: { epoch: "", seq: 1 } }, "since.epoch"],
      [{ since: { epoch: "e", seq: -1 } }, "since.seq"],
      [{ since: { epoch: "e", seq: 1.5 } }, "since.seq"],
      [{ since: { epoch: "e", seq: "1" } }, "since.seq"],
      [{ history: -1 }, "history"],
      [{ history: 201 }, "history"],
      [{ history: 1.5 }, "history"],
      [{ history: "50" }, "history"],
    ],
  },
  { type: "leave", good: [{}, { room: "a", id: 1 }], bad: room },
  {
    type: "message",
    good: [
      hello,
      { content: "x".repeat(1000) },
      { ...hello, id: 1, room: "a", key: "k", data: null },
      { ...hello, data: { x: [1, "two", { three: false }] } },
    ],
    bad: [
      ...roomOf(hello),
      [{}, "content"],
      [{ content: "" }, "content"],
      [{ content: null }, "content"],
      [{ content: 5 }, "content"],
      [{ content: LONE }, "content"],
      [{ content: "x".repeat(1001) }, "content"],
      [{ ...hello, key: "" }, "key"],
      [{ ...hello, key: 1 }, "key"],
      [{ ...hello, key: "x".repeat(65) }, "key"],
      [{ ...hello, data: "x".repeat(16_384) }, "data"],
      [{ ...hello, data: JSON.parse(`${"[".repeat(33)}${"]".repeat(33)}`) }, "data"],
      [{ ...hello, data: JSON.parse("[1e999]") }, "data"],
    ],
  },
  {
    type: "signal",
    good: [{ name: "typing" }, { name: "typing", room: "a", data: { on: true }, id: "s" }],
    bad: [
      ...roomOf({ name: "typing" }),
      [{}, "name"],
      [{ name: "" }, "name"],
      [{ name: "x".repeat(65) }, "name"],
      [{ name: "n", data: "x".repeat(16_384) }, "data"],
    ],
  },
  {
    type: "history",
    good: [{}, { room: "a", before: 7, limit: 1 }, { after: 0, limit: 200 }],
    bad: [
      ...room,
      [{ before: 1, after: 1 }, "after"],
      [{ before: -1 }, "before"],
      [{ after: "1" }, "after"],
      [{ limit: 0 }, "limit"],
      [{ limit: 201 }, "limit"],
      [{ limit: null }, "limit"],
    ],
  },
  {
    type: "members",
    good: [{}, { room: "a", limit: 200, cursor: "c" }],
    bad: [...room, [{ limit: 201 }, "limit"], [{ cursor: "" }, "cursor"], [{ cursor: 1 }, "cursor"]],
  },
  {
    type: "rooms",
    good: [{}, { prefix: "" }, { prefix: "game:", limit: 1, cursor: "c" }],
    bad: [
      [{ prefix: "_" }, "prefix"],
      [{ prefix: 1 }, "prefix"],
      [{ limit: 0 }, "limit"],
      [{ cursor: "x".repeat(257) }, "cursor"],
    ],
  },
  { type: "ping", good: [{}, { id: "p" }], bad: [] },
  {
    type: "upload",
    good: [file, { ...file, room: "a", content: "look", key: "k", id: 1 }, { ...file, size: 2 ** 40 }],
    bad: [
      ...roomOf(file),
      [{ ...file, name: "" }, "name"],
      [{ ...file, name: "a\nb" }, "name"],
      [{ ...file, name: "x".repeat(256) }, "name"],
      [{ ...file, media: "image" }, "media"],
      [{ ...file, media: "text/html; charset=utf-8" }, "media"],
      [{ ...file, size: -1 }, "size"],
      [{ ...file, size: 1.5 }, "size"],
      [{ ...file, content: "" }, "content"],
      [{ ...file, key: "" }, "key"],
    ],
  },
  {
    type: "download",
    good: [{ file: "f1" }],
    bad: [
      [{}, "file"],
      [{ file: "" }, "file"],
      [{ file: 1 }, "file"],
    ],
  },
  { type: "cancel", good: [{}], bad: [] },
  {
    type: "auth",
    good: [{ token: "a.b.c" }],
    bad: [
      [{}, "token"],
      [{ token: "" }, "token"],
      [{ token: "a b" }, "token"],
      [{ token: 1 }, "token"],
      [{ token: "x".repeat(16_385) }, "token"],
    ],
  },
  {
    type: "redact",
    good: [{ seq: 1 }, { seq: 2, room: "a", reason: "why" }],
    bad: [...roomOf({ seq: 1 }), [{}, "seq"], [{ seq: 0 }, "seq"], [{ seq: 1, reason: 1 }, "reason"]],
  },
  { type: "kick", ...sanction },
  { type: "ban", ...sanction },
  { type: "unban", ...sanction },
  { type: "mute", ...sanction },
  { type: "unmute", ...sanction },
  {
    type: "policy",
    good: [{}, { slow: 0 }, { slow: 86_400, readOnly: true, room: "a", reason: "why" }, { readOnly: false }],
    bad: [
      ...roomOf({}),
      [{ slow: -1 }, "slow"],
      [{ slow: 1.5 }, "slow"],
      [{ slow: 86_401 }, "slow"],
      [{ readOnly: 1 }, "readOnly"],
      [{ reason: "" }, "reason"],
    ],
  },
];
