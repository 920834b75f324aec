import { describe, expect, it } from "vitest";
import type { Draft, Outcome, RoomLayer } from "../../../../src/actors/room/mod.ts";
import { memoryLog } from "../../../../src/logs/memory.ts";
import { MemoryRecords } from "../../../../src/logs/memory-records.ts";
import { Stage } from "../../../../src/testing/mod.ts";
import type { Peer } from "../../connection/peer.ts";
import { UnrulyLog } from "../unruly-log.ts";
import { Court } from "./court.ts";
import { FailingRecords } from "./failing-records.ts";

const ADMIN = { by: "host:admin", path: "api" } as const;

/** A log that settles redactions as a test says. */
class RedactingLog extends UnrulyLog {
  redactions: Outcome | "pass" = "pass";

  constructor() {
    super(memoryLog());
    const append = this.append;
    this.append = (drafts, done) => {
      const settled = this.redactions;
      if (settled === "pass") return append(drafts, done);
      const isRest = ({ redacts }: Draft): boolean => redacts === undefined;
      append(drafts.filter(isRest), (outcomes) => {
        const left = [...outcomes];
        done(drafts.map((draft) => (isRest(draft) ? (left.shift() as Outcome) : settled)));
      });
    };
  }
}

/** A room in which ada has said two things, and those who moderate it. */
async function room({ layers = [] }: { readonly layers?: readonly RoomLayer[] } = {}) {
  const stage = new Stage();
  const log = new RedactingLog();
  const records = new FailingRecords(new MemoryRecords(stage.clock));
  const court = new Court({ stage, log, records, layers });
  const [ada, bob] = [await court.member("ada"), await court.member("bob")];
  await court.venue.talk(ada, 2, { content: "a slip" });
  return { court, stage, log, records, ada, bob };
}

type House = Awaited<ReturnType<typeof room>>;

/** Has somebody outside change the rules while the log still holds what was allowed under the old ones. */
async function overtake(
  { court, stage, log }: House,
  {
    act = { type: "policy", slow: 0 },
    say,
  }: { readonly act?: Parameters<Court["office"]["bench"]["do"]>[1]; say(): void },
): Promise<void> {
  log.appends = "hold";
  say();
  await stage.settle();
  const done = court.office.bench.do("lobby", act, ADMIN);
  await stage.settle();
  await done;
}

/** Has the log say what it makes of it, and everything that follows handled. */
async function settle({ stage, log }: House): Promise<void> {
  log.release();
  await stage.settle();
  await stage.advance(10_000);
}

/** What each of these commands was answered with, in the order of the answers. */
function answers(peer: Peer): readonly string[] {
  return peer
    .of("ack", "error", "history")
    .filter(({ id }) => typeof id === "string")
    .map(({ id, type, code, unknown }) => [id, code ?? type, ...(unknown === true ? ["unknown"] : [])].join(" "));
}

const redact = { type: "redact", room: "lobby", seq: 1 };
const behind = { type: "message", room: "lobby", content: "behind", key: "behind" };
const withId = {
  redact: { ...redact, id: "redact" },
  behind: { ...behind, id: "behind" },
  history: { type: "history", room: "lobby", id: "history" },
};

interface Shown {
  readonly type: string;
  readonly content?: string;
  readonly target?: number;
}

/** What stands in the room, place by place: a text, or `#1` for what has taken away the first. */
async function standing({ court }: House): Promise<readonly string[]> {
  const late = await court.member("late");
  const messages = late.last("joined")?.["messages"] as readonly Shown[];
  return messages.map(({ type, content = "gone", target }) => (type === "redacted" ? `#${target}` : content));
}

/** Fails over the redactions that are handed to the log from now on, so many of them. */
function fragile() {
  const state = { left: 0 };
  const layer: RoomLayer = () => (_, next) => (message) => {
    if (message.type !== "say" || state.left === 0) return next(message);
    state.left -= 1;
    throw new Error("Cannot go on: this room fails over a redaction");
  };
  return { layer, state };
}

describe("a redaction that is withheld since the rules have changed", () => {
  it("is done once they are known, and so is what was said behind it", async () => {
    const house = await room();
    await overtake(house, { say: () => house.ada.say(withId.redact, withId.behind) });
    await settle(house);
    expect(answers(house.ada).toSorted()).toEqual(["behind ack", "redact ack"]);
    expect(await standing(house)).toEqual(["gone", "a slip", "#1", "behind"]);
  });

  it("is refused where its sender may not be heard any more, and nobody else is", async () => {
    const house = await room();
    const { ada, bob } = house;
    await overtake(house, {
      act: { type: "ban", user: "guest:ada" },
      say: () => {
        ada.say(withId.redact);
        bob.say(withId.behind);
      },
    });
    await settle(house);
    expect(answers(ada)).toEqual(["redact banned"]);
    expect(answers(bob)).toEqual(["behind ack"]);
    expect(await standing(house)).toEqual(["a slip", "a slip", "behind"]);
  });

  it("that its room then fails over is answered, and takes nothing with it that was said behind it", async () => {
    const { layer, state } = fragile();
    const house = await room({ layers: [layer] });
    const { ada, bob, court } = house;
    await overtake(house, {
      say: () => {
        ada.say(withId.redact, withId.behind);
        bob.say({ ...behind, id: "bob's" });
      },
    });
    state.left = 1;
    await settle(house);
    expect(answers(ada).toSorted()).toEqual(["behind unavailable", "redact unavailable unknown"]);
    expect(answers(bob)).toEqual(["bob's unavailable"]);
    // Whoever was told so may repeat it, and then it is there once.
    for (const peer of [ada, bob]) expect(await court.ask(peer, behind)).toMatchObject({ type: "ack" });
    expect(await court.ask(ada, redact)).toMatchObject({ type: "ack" });
    const there = await standing(house);
    expect(there.toSorted()).toEqual(["#1", "a slip", "behind", "behind", "gone"]);
  });

  it("that its room fails over takes no other redaction with it", async () => {
    const { layer, state } = fragile();
    const house = await room({ layers: [layer] });
    const { ada } = house;
    const three = [1, 2, 3].map((at) => ({ ...redact, id: `redact ${at}` }));
    await overtake(house, { say: () => ada.say(...three) });
    state.left = 3;
    await settle(house);
    // Of those behind it is known that they were not done.
    expect(answers(ada).toSorted()).toEqual([
      "redact 1 unavailable unknown",
      "redact 2 unavailable",
      "redact 3 unavailable",
    ]);
    expect(await standing(house)).toEqual(["a slip", "a slip"]);
  });

  for (const [what, outcome, answer] of [
    ["refuses", { type: "refused", reason: "unavailable" }, "redact unavailable"],
    ["finds nothing to do for", { type: "refused", reason: "missing" }, "redact not_found"],
    ["cannot tell the outcome of", { type: "unknown" }, "redact unavailable unknown"],
  ] as readonly (readonly [string, Outcome, string])[]) {
    it(`that the log then ${what} is answered so, and what was said behind it is published`, async () => {
      const house = await room();
      await overtake(house, { say: () => house.ada.say(withId.redact, withId.behind, withId.history) });
      house.log.redactions = outcome;
      await settle(house);
      expect(answers(house.ada).toSorted()).toEqual(["behind ack", "history history", answer].toSorted());
      expect(await standing(house)).toEqual(["a slip", "a slip", "behind"]);
      expect(house.ada.last("history")?.["messages"]).toMatchObject([{ content: "a slip" }, { content: "a slip" }]);
    });
  }

  it("is answered as unavailable where the rules cannot be read, as is what was said behind it; then the room goes on", async () => {
    const house = await room();
    const { ada, records, court, stage } = house;
    await overtake(house, { say: () => ada.say(withId.redact, withId.behind) });
    records.failing = true;
    await settle(house);
    expect(answers(ada)).toEqual(["redact unavailable", "behind unavailable"]);
    records.failing = false;
    await stage.advance(2_000);
    expect(await court.ask(ada, behind)).toMatchObject({ type: "ack" });
    expect(await court.ask(ada, redact)).toMatchObject({ type: "ack" });
    expect(await standing(house)).toEqual(["gone", "a slip", "behind", "#1"]);
  });

  it("is given up, and what was said behind it, where the log knows of rules that no records have", async () => {
    const house = await room();
    const { ada, log } = house;
    await overtake(house, { say: () => ada.say(withId.redact, withId.behind) });
    await log.raise("lobby", 1_000);
    await settle(house);
    expect(answers(ada).toSorted()).toEqual(["behind unavailable", "redact unavailable"]);
    expect(await standing(house)).toEqual(["a slip", "a slip"]);
  });
});
