import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  announced,
  defaultLimits,
  type EventType,
  encode,
  errorCodes,
  eventSchemas,
  type Message,
  type Redacted,
  type ServerEvent,
  type Tombstone,
} from "../../../src/actors/wire/mod.ts";

const ada = { id: "guest:ada", name: "ada" };
const sha256 = "0".repeat(64);
const message: Message = { type: "message", room: "a", seq: 1, sender: ada, content: "hi", at: 1 };
const tombstone: Tombstone = { type: "message", room: "a", seq: 2, sender: ada, redacted: true, at: 2 };
const redacted: Redacted = { type: "redacted", room: "a", seq: 3, target: 2, by: "mod", reason: "spam", at: 3 };
const entries = [message, tombstone, redacted];
const attachment = { file: "f", name: "a.png", media: "image/png", size: 1, sha256, url: "/api/files/f" };

const samples: readonly ServerEvent[] = [
  {
    type: "welcome",
    protocol: "greenroom.v1.batch",
    connection: "c1",
    user: { ...ada, guest: true },
    server: "greenroom",
    heartbeat: 25_000,
    limits: announced(defaultLimits, { durability: "memory" }),
  },
  {
    type: "joined",
    id: 1,
    room: "a",
    epoch: "e",
    seq: 3,
    recovered: false,
    messages: entries,
    oldest: 1,
    members: [ada],
    count: 1,
    state: { topic: "x", gone: null },
    grants: ["read", "write"],
    user: { ...ada, guest: true },
  },
  { type: "joined", room: "a", epoch: "e", seq: 0, messages: [], oldest: 0, members: [], count: 0, grants: [] },
  message,
  { ...message, data: { x: 1 }, key: "k", attachment },
  tombstone,
  redacted,
  { type: "presence", room: "a", count: 2, joined: [ada], left: ["u1"] },
  { type: "presence", room: "a", count: 900, mode: "count" },
  { type: "signal", room: "a", name: "typing", data: true, sender: ada },
  { type: "state", room: "a", values: { topic: "x", gone: null } },
  { type: "lagged", room: "a", seq: 4 },
  { type: "live", room: "a", seq: 9 },
  { type: "reset", room: "a", epoch: "f", seq: 0, oldest: 0, reason: "epoch" },
  { type: "reset", room: "a", epoch: "e", seq: 9, oldest: 5, reason: "trimmed" },
  { type: "kicked", room: "a", reason: "spam", until: 1e12 },
  { type: "expiring", at: 1e12 },
  { type: "draining", reconnect: 1500 },
  { type: "left", id: "l", room: "a" },
  { type: "history", id: 1, room: "a", epoch: "e", messages: entries, more: true, oldest: 1 },
  { type: "members", id: 1, room: "a", count: 1, members: [ada], cursor: "c" },
  { type: "rooms", id: 1, rooms: [{ room: "a", count: 1 }] },
  { type: "ready", id: 1, window: 65_536 },
  { type: "progress", id: 1, received: 0 },
  { type: "file", id: 1, name: "a.png", media: "image/png", size: 0, sha256 },
  { type: "pong", id: 1, heads: { a: { epoch: "e", seq: 3 }, constructor: { epoch: "e", seq: 0 } } },
  { type: "ack", id: 1, room: "a", seq: 1, duplicate: true },
  { type: "ack", expires: 1e12 },
  { type: "error", code: "internal", message: "Cannot do it" },
  { type: "error", id: 1, room: "not a room", code: "bad_command", message: "Cannot join", issues: ["room"] },
  { type: "error", code: "rate_limited", message: "Cannot publish: too fast", retryAfter: 50, unknown: true },
];

const contract: readonly EventType[] = [
  "welcome",
  "joined",
  "message",
  "redacted",
  "presence",
  "signal",
  "state",
  "lagged",
  "live",
  "reset",
  "kicked",
  "expiring",
  "draining",
  "left",
  "history",
  "members",
  "rooms",
  "ready",
  "progress",
  "file",
  "pong",
  "ack",
  "error",
];

describe("eventSchemas", () => {
  it("has a schema for each event of the contract and for no other", () => {
    expect(Object.keys(eventSchemas).sort()).toEqual([...contract].sort());
  });

  it.each(samples)("takes $type as encode() writes it", (event) => {
    expect(v.parse(eventSchemas[event.type], JSON.parse(encode(event)))).toEqual(event);
  });

  it.each(samples)("lets $type have a field that it does not know", (event) => {
    expect(v.is(eventSchemas[event.type], { ...event, later: { x: 1 } })).toBe(true);
  });

  it.each(samples)("refuses $type under another type's name", (event) => {
    expect(v.is(eventSchemas[event.type], { ...event, type: "nope" })).toBe(false);
  });

  it.each<[string, EventType, unknown]>([
    ["a message without a seq", "message", { ...message, seq: undefined }],
    ["a message at seq 0", "message", { ...message, seq: 0 }],
    ["a message without content", "message", { ...message, content: undefined }],
    ["a tombstone with content", "message", { ...tombstone, content: "hi" }],
    ["a sender without a name", "message", { ...message, sender: { id: "u" } }],
    ["a digest in upper case", "message", { ...message, attachment: { ...attachment, sha256: "A".repeat(64) } }],
    ["a hole in the entries", "history", { ...samples[19], messages: [message, redacted] }],
    ["entries that descend", "history", { ...samples[19], messages: [tombstone, message] }],
    ["an entry twice", "history", { ...samples[19], messages: [message, message] }],
    ["an unknown grant", "joined", { ...samples[1], grants: ["fly"] }],
    ["more members than are listed", "joined", { ...samples[1], members: Array.from({ length: 101 }, () => ada) }],
    ["a presence mode of its own", "presence", { ...samples[7], mode: "full" }],
    ["a reset without a known reason", "reset", { ...samples[13], reason: "mood" }],
    ["heads under a name that is no room's", "pong", { type: "pong", heads: { "a b": { epoch: "e", seq: 1 } } }],
    ["a state that is a list", "state", { type: "state", room: "a", values: [1] }],
    ["a welcome without limits", "welcome", { ...samples[0], limits: {} }],
    ["an unknown protocol", "welcome", { ...samples[0], protocol: "greenroom.v9" }],
    ["an unknown code", "error", { type: "error", code: "oops", message: "x" }],
    ["an outcome said to be known", "error", { type: "error", code: "internal", message: "x", unknown: false }],
    ["duplicate: false", "ack", { type: "ack", duplicate: false }],
  ])("refuses %s", (_, type, event) => {
    expect(v.is(eventSchemas[type], event)).toBe(false);
  });
});

describe("errorCodes", () => {
  it("lists the contract's sixteen codes", () => {
    expect(errorCodes).toEqual([
      "bad_json",
      "bad_command",
      "unknown_type",
      "not_joined",
      "already_joined",
      "unauthorized",
      "forbidden",
      "not_found",
      "too_large",
      "rate_limited",
      "muted",
      "banned",
      "room_full",
      "overloaded",
      "unavailable",
      "internal",
    ]);
  });
});
