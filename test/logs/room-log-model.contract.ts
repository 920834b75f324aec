import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Draft, Outcome, RoomLog } from "../../src/actors/room/mod.ts";
import { ALL, appended, draft } from "./drafts.ts";
import { LogModel } from "./log-model.ts";
import { attachment } from "./room-log-changes.contract.ts";

/** A log that may be brought to its end and come back with what it keeps. */
export interface Mortal {
  readonly log: RoomLog;
  /** Ends it, in order or not, and opens it again. */
  again(how: "closed" | "killed"): Promise<RoomLog>;
}

const room = fc.constantFrom("one", "two");
const version = fc.integer({ min: 0, max: 3 });
const words: fc.Arbitrary<Draft> = fc
  .record({
    room,
    sender: fc.constantFrom("ada", "grace"),
    content: fc.string({ maxLength: 5 }),
    key: fc.option(fc.constantFrom("a", "b", "c", "d", "e"), { nil: undefined }),
    redacts: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 4, nil: undefined }),
    file: fc.option(fc.constantFrom("f", "g", "h"), { freq: 3, nil: undefined }),
    token: fc.option(version, { freq: 4, nil: undefined }),
    policy: fc.option(fc.record({ room: version, house: version }), { freq: 3, nil: undefined }),
  })
  .map(({ room, sender, content, key, redacts, file, token, policy }) =>
    draft(room, redacts === undefined ? content : "", {
      sender: { id: sender, name: sender },
      key,
      fence: token === undefined ? undefined : { host: "bot", token },
      ...(redacts !== undefined && { redacts: { target: redacts, reason: undefined } }),
      ...(file !== undefined && redacts === undefined && { attachment: attachment(file) }),
      ...(policy !== undefined && { policy }),
    }),
  );
/** Nothing unusual about it, but for a key now and then that was used before, or an outdated policy. */
const plainWords: fc.Arbitrary<Draft> = fc
  .record({
    room,
    content: fc.string({ maxLength: 5 }),
    key: fc.option(fc.integer({ min: 0, max: 120 }).map(String), { freq: 3, nil: undefined }),
    policy: fc.option(fc.record({ room: fc.constantFrom(3, 3, 3, 3, 2), house: fc.constant(3) }), { nil: undefined }),
  })
  .map(({ room, content, key, policy }) => draft(room, content, { key, ...(policy !== undefined && { policy }) }));
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant("append" as const), drafts: fc.array(words, { maxLength: 8 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("append" as const),
      drafts: fc.array(plainWords, { minLength: 8, maxLength: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("raise" as const), room: fc.option(room, { nil: undefined }), version }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("closed" as const, "killed" as const) }) },
);

/** Whatever is done to it, and however often it ends: a log does as a model does. */
export function describeModel(
  name: string,
  open: () => Promise<Mortal>,
  { numRuns }: { readonly numRuns: number },
): void {
  describe(`${name}: everything together`, () => {
    it("does as a model does, through every end", async () => {
      const mortal = await open();
      let { log } = mortal;
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          run += 1;
          const own = (room: string): string => `${room} ${run}`;
          const model = new LogModel();
          for (const said of steps) {
            if (said.type === "append") {
              // The house's policy would outlast the run.
              const drafts = said.drafts.map((one) => ({ ...one, room: own(one.room), ...housed(one, run) }));
              const outcomes = await appended(log, ...drafts);
              expect(outcomes.map(plain)).toEqual(drafts.map((one) => plain(model.append(one))));
            } else if (said.type === "raise") {
              const target = said.room === undefined ? undefined : own(said.room);
              const raised = said.room === undefined ? run * 10 + said.version : said.version;
              await log.raise(target, raised);
              model.raise(target, raised);
            } else {
              const { epoch } = await log.head(own("one"));
              log = await mortal.again(said.type);
              expect((await log.head(own("one"))).epoch).toBe(epoch);
            }
          }
          for (const name of ["one", "two"]) {
            const { entries, seq, oldest } = await log.read(own(name), { after: 0 }, ALL);
            expect(entries).toEqual(model.entries(own(name)));
            expect([seq, oldest]).toEqual([model.entries(own(name)).length, 1]);
          }
        }),
        { numRuns },
      );
    }, 60_000);
  });
}

function housed({ policy }: Draft, run: number): Pick<Draft, "policy"> {
  return policy === undefined ? {} : { policy: { room: policy.room, house: run * 10 + policy.house } };
}

/** What is compared of an outcome: everything but its epoch. */
function plain(outcome: Outcome): unknown {
  return "epoch" in outcome ? { ...outcome, epoch: "" } : outcome;
}
