import { describe, expect, it } from "vitest";
import { rating } from "../../../src/actors/room/mod.ts";
import { defaultLimits } from "../../../src/actors/wire/mod.ts";
import { ActorSystem, MemoryHub } from "../../../src/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";

const limits = { ...defaultLimits, messagesPerUserPerMinute: 60, messagesPerRoomPerSecond: 10 };

/** Two nodes that have told each other for the first time what was spent. */
async function pair() {
  const stage = new Stage();
  const hub = new MemoryHub();
  const node = () => rating(new ActorSystem(stage.system.ports, {}), { limits, bus: hub.connect() });
  const [one, other] = [node(), node()];
  await stage.settle();
  return { stage, one, other, now: () => stage.clock.now() };
}

/** How often something can be done at this moment. */
function spend(take: () => number): number {
  let count = 0;
  while (take() === 0) count += 1;
  return count;
}

describe("rating() on several nodes", () => {
  it("charges within a second on each what was spent on another", async () => {
    const { stage, one, other, now } = await pair();
    expect(spend(() => one.users.take("ada", now()))).toBe(60);
    await stage.advance(1_000);
    expect(other.users.take("ada", now())).toBeGreaterThan(0);
    expect(other.users.take("bob", now())).toBe(0);
    expect(other.guests.take("ada", now())).toBe(0);
  });

  it("lets a user who is everywhere at once have no more in the long run than one who is not", async () => {
    const { stage, one, other, now } = await pair();
    let spent = 0;
    for (let second = 0; second < 300; second += 1) {
      for (const { users } of [one, other]) spent += spend(() => users.take("ada", now()));
      await stage.advance(1_000);
    }
    // A burst on each node before the other had heard of it; then one a second, all together.
    expect(spent).toBeLessThanOrEqual(300 + 2 * 60);
    expect(spent).toBeGreaterThanOrEqual(300 - 60);
  });

  it("takes back elsewhere, too, what was spent on nothing", async () => {
    const { stage, one, other, now } = await pair();
    spend(() => one.users.take("ada", now()));
    await stage.advance(1_000);
    for (let at = 0; at < 10; at += 1) one.users.giveBack("ada");
    await stage.advance(1_000);
    expect(spend(() => other.users.take("ada", now()))).toBeGreaterThanOrEqual(10);
  });

  it("holds the rate of a room over all of them", async () => {
    const { stage, one, other, now } = await pair();
    expect(spend(() => one.rooms.take("lobby", now()))).toBe(10);
    await stage.advance(1_000); // ten more by now, here; there they are owed
    expect(spend(() => other.rooms.take("lobby", now()))).toBe(0);
    expect(spend(() => other.rooms.take("attic", now()))).toBe(10);
  });
});
