import { describe, expect, it } from "vitest";
import { AnswerLedger } from "./answer-ledger.ts";
import { type Expectation, expectationsOf } from "./expectation.ts";

/** A ledger that expects the answers to some texts. */
function ledgerOf(...texts: readonly string[]): AnswerLedger {
  const ledger = new AnswerLedger(false);
  for (const text of texts) {
    const expected = expectationsOf(text, "v1");
    if ("close" in expected) throw new Error("Cannot expect an answer: it is closed");
    for (const expectation of expected) ledger.expect(expectation);
  }
  return ledger;
}

const ack = { type: "ack", room: "a", seq: 1 };
const joined = {
  type: "joined",
  room: "a",
  epoch: "e",
  seq: 0,
  messages: [],
  oldest: 1,
  members: [{ id: "guest:ada", name: "ada" }],
  count: 1,
  grants: ["read"],
};

function message(seq: number): object {
  return { type: "message", room: "a", seq, sender: { id: "guest:ada", name: "ada" }, content: "hi", at: 1 };
}

describe("AnswerLedger", () => {
  it("takes one answer of those allowed under each id, in any order", () => {
    const ledger = ledgerOf('{"type":"ping","id":1}', '{"type":"ping","id":"1"}', '{"type":"rooms"}');
    expect(ledger.due).toBe(3);
    expect(ledger.receive({ type: "rooms", rooms: [] })).toBeUndefined();
    expect(ledger.receive({ type: "pong", id: "1", heads: {} })).toBeUndefined();
    expect(ledger.due).toBe(1);
    expect(ledger.unanswered).toEqual(["1 under number 1"]);
  });

  it.each([
    [
      "a second answer",
      '{"type":"ping","id":1}',
      { type: "pong", id: 1, heads: {} },
      { type: "pong", id: 1, heads: {} },
    ],
    ["an answer to nobody", '{"type":"ping","id":1}', { type: "pong", id: 2, heads: {} }],
    ["an ack of what failed", '{"type":"message","id":1}', { ...ack, id: 1 }],
    [
      "bad_command for what is good",
      '{"type":"ping","id":1}',
      { type: "error", id: 1, code: "bad_command", message: "no" },
    ],
    ["an internal error", '{"type":"ping","id":1}', { type: "error", id: 1, code: "internal", message: "no" }],
    ["an event that is none", '{"type":"ping"}', { type: "surprise" }],
    ["an event off its schema", '{"type":"ping"}', { type: "pong" }],
    ["a message where nothing is joined", '{"type":"ping"}', message(1)],
    ["a gap", '{"type":"join","room":"a"}', joined, message(2)],
    [
      "a join that is refused as if it were the second",
      '{"type":"join","room":"a"}',
      { type: "error", room: "a", code: "already_joined", message: "no" },
    ],
  ])("reports %s", (_, text, ...events) => {
    const ledger = ledgerOf(text);
    const reports = events.map((event) => ledger.receive(event));
    expect(reports.slice(0, -1).filter((report) => report !== undefined)).toEqual([]);
    expect(reports.at(-1)).toBeTypeOf("string");
  });

  it("knows by what was said which rooms are joined", () => {
    const said = ['{"type":"join","room":"a"}', '{"type":"message","room":"a","content":"x","id":1}'];
    const refusal = { type: "error", id: 1, room: "a", code: "not_joined", message: "no" };
    expect(ledgerOf(...said).receive(refusal)).toContain("nothing allows");
    expect(ledgerOf(...said, '{"type":"leave","room":"a"}').receive(refusal)).toContain("nothing allows");
    const left = ledgerOf('{"type":"join","room":"a"}', '{"type":"leave","room":"a"}', said[1] as string);
    expect(left.receive(refusal)).toBeUndefined();
    expect(left.receive({ ...ack, id: 1 })).toContain("nothing allows");
  });

  it("knows that whoever was not let in is outside", () => {
    const said = ['{"type":"join","room":"a","id":1}', '{"type":"message","room":"a","content":"x","id":2}'];
    const ledger = ledgerOf(...said);
    const refusal = { type: "error", room: "a", message: "no" };
    expect(ledger.receive({ ...refusal, id: 1, code: "unavailable" })).toBeUndefined();
    expect(ledger.receive({ ...refusal, id: 2, code: "not_joined" })).toBeUndefined();
    expect(ledger.due).toBe(0);
  });

  it("lets a file come to nothing where the room was left before it was whole", () => {
    const upload = '{"type":"upload","room":"a","name":"f","media":"text/plain","size":0,"id":1}';
    const ledger = ledgerOf('{"type":"join","room":"a"}', upload, '{"type":"leave","room":"a"}');
    expect(ledger.receive({ type: "ready", id: 1, window: 1 })).toBeUndefined();
    expect(ledger.receive({ type: "error", id: 1, room: "a", code: "not_joined", message: "no" })).toBeUndefined();
  });

  it("lets a file come to its end while others go by under its id", () => {
    const ledger = ledgerOf('{"type":"upload","room":"a","name":"f","media":"text/plain","size":9,"id":1}');
    expect(ledger.receive({ type: "ready", id: 1, window: 1 })).toBeUndefined();
    ledger.nextBlock();
    for (const expectation of expectationsOf('{"type":"rooms","id":1}', "v1") as readonly Expectation[]) {
      ledger.expect(expectation);
    }
    expect(ledger.receive({ type: "error", id: 1, code: "overloaded", message: "too slow" })).toBeUndefined();
    expect(ledger.receive({ type: "rooms", id: 1, rooms: [] })).toBeUndefined();
  });

  it("lets a signal go without an answer, and takes none but an error", () => {
    const ledger = ledgerOf('{"type":"join","room":"a","id":"j"}', '{"type":"signal","room":"a","name":"x","id":1}');
    expect(ledger.due).toBe(1);
    expect(ledger.receive({ ...ack, id: 1 })).toContain("nothing allows");
    expect(ledger.receive({ type: "error", id: 1, code: "overloaded", message: "busy" })).toBeUndefined();
    expect(ledger.receive({ type: "error", id: 1, code: "overloaded", message: "busy" })).toContain("nothing allows");
  });
});
