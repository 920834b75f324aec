import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus, Json } from "../../src/mod.ts";

/** Two nodes on one bus, and how to wait until what was published has come. */
export interface BusUnderTest {
  readonly nodes: readonly [Bus, Bus];
  settle(): Promise<void>;
}

/** What every engine of `Bus` has to show while nothing is lost. */
export function describeBus(name: string, open: () => BusUnderTest | Promise<BusUnderTest>): void {
  describe(`${name} as a Bus`, () => {
    let here: Bus;
    let there: Bus;
    let settle: BusUnderTest["settle"];

    beforeEach(async () => {
      const under = await open();
      [here, there] = under.nodes;
      settle = under.settle;
    });
    afterEach(async () => {
      await Promise.all([here.close(), there.close()]);
    });

    function hear(bus: Bus, topic: string): { readonly heard: Json[]; close(): void } {
      const heard: Json[] = [];
      const subscription = bus.subscribe(topic, (message) => heard.push(message));
      return { heard, close: () => subscription.close() };
    }

    it("brings a message to every subscriber of its topic on the other node, once", async () => {
      const [one, two, other] = [hear(there, "a"), hear(there, "a"), hear(there, "b")];
      await settle();
      here.publish("a", { x: [1, "é"] });
      await settle();
      expect(one.heard).toEqual([{ x: [1, "é"] }]);
      expect(two.heard).toEqual([{ x: [1, "é"] }]);
      expect(other.heard).toEqual([]);
    });

    it("brings nothing back to the node that published it", async () => {
      const own = hear(here, "a");
      await settle();
      here.publish("a", 1);
      await settle();
      expect(own.heard).toEqual([]);
    });

    it("tells topics apart, whatever they are called", async () => {
      const topics = ["a", "a b", "a.b", "a.*", ">", "__proto__", "é", "a\nb"];
      const subscribers = topics.map((topic) => hear(there, topic));
      await settle();
      for (const topic of topics) here.publish(topic, topic);
      await settle();
      expect(subscribers.map(({ heard }) => heard)).toEqual(topics.map((topic) => [topic]));
    });

    it("brings nothing more once a subscription is closed", async () => {
      const [closed, open_] = [hear(there, "a"), hear(there, "a")];
      await settle();
      closed.close();
      await settle();
      here.publish("a", 1);
      await settle();
      expect(closed.heard).toEqual([]);
      expect(open_.heard).toEqual([1]);
    });

    it("brings nothing more once the bus is closed", async () => {
      const { heard } = hear(there, "a");
      await there.close();
      here.publish("a", 1);
      await settle();
      expect(heard).toEqual([]);
    });
  });
}
