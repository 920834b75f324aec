import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/actors/kernel/mod.ts";
import type { Host, HostMessage, HostRoom } from "../../../src/actors/room/mod.ts";
import { Quarters } from "./quarters.ts";
import { UnrulyRecords } from "./unruly-records.ts";

type Act = (room: HostRoom, context: Context<HostMessage>) => undefined;

/** A host that does as it is told, when it is told, and remembers all that comes back. */
class Puppet implements Host {
  readonly name = "puppet";
  readonly heard: HostMessage[] = [];
  act: Act = () => undefined;
  #lives: { readonly room: HostRoom; readonly context: Context<HostMessage> }[] = [];

  rooms(): boolean {
    return true;
  }

  behavior(room: HostRoom) {
    return (context: Context<HostMessage>) => {
      this.#lives.push({ room, context });
      context.every("tick", 100, { type: "tick" });
      return (message: HostMessage): undefined => {
        if (message.type !== "tick") this.heard.push(message);
        else {
          const { act } = this;
          this.act = () => undefined;
          act(room, context);
        }
      };
    };
  }

  /** Has a life do something, whether it still may or not. */
  make(life: number, act: Act): void {
    const { room, context } = this.#lives[life] as { readonly room: HostRoom; readonly context: Context<HostMessage> };
    act(room, context);
  }

  get lives(): number {
    return this.#lives.length;
  }
}

/** A room with a host, and someone in it. */
async function stage() {
  const puppet = new Puppet();
  const quarters = new Quarters({ hosts: [puppet] });
  const node = quarters.start("a");
  const ada = await quarters.member(node, "ada");
  async function act(act: Act): Promise<HostMessage | undefined> {
    puppet.heard.length = 0;
    puppet.act = act;
    await quarters.stage.advance(100);
    return puppet.heard[0];
  }
  return { quarters, node, ada, puppet, act };
}

describe("a host's room", () => {
  it("has its state set, and says what the state is then", async () => {
    const { quarters, ada, act } = await stage();
    ada.set({ topic: "tea" });
    await quarters.stage.advance(2_000);
    const heard = await act((room, context) => room.set(context, { price: 7, topic: null }));
    expect(heard).toEqual({ type: "stored", outcome: { type: "stored", values: new Map([["price", 7]]) } });
    expect(ada.shown.at(-1)).toEqual({ price: 7, topic: null });
    const asked = await act((room, context) => room.set(context, {}));
    expect(asked).toEqual(heard);
  });

  it("takes no state from a host whose lease has passed to another, though nobody has told it", async () => {
    const quarters = new Quarters({ shared: true });
    const cut = new UnrulyRecords(quarters.records, quarters.stage.clock);
    const [former, present] = [new Puppet(), new Puppet()];
    const [first, second] = [
      quarters.start("a", { records: cut, hosts: [former] }),
      quarters.start("b", { hosts: [present] }),
    ];
    await quarters.member(first, "ada");
    const bob = await quarters.member(second, "bob");
    await quarters.stage.advance(100);
    former.make(0, (room, context) => room.set(context, { by: "former" }));
    await quarters.stage.advance(2_000);
    cut.fails = { put: "not done" };
    await quarters.stage.advance(10_000);
    expect([former.lives, present.lives]).toEqual([1, 1]);
    present.make(0, (room, context) => room.set(context, { by: "present" }));
    await quarters.stage.advance(2_000);
    cut.fails = {};
    former.make(0, (room, context) => room.set(context, { by: "former", late: 1 }));
    await quarters.stage.advance(2_000);
    expect(bob.shown).toEqual([{ by: "former" }, { by: "present" }]);
    const late = await quarters.member(first, "late");
    expect(late.believed).toEqual({ by: "present" });
  });

  it("hears that nothing was set where the records fail, or that nobody can tell", async () => {
    const { quarters, act } = await stage();
    const { put, get } = quarters.records;
    await act((room, context) => room.set(context, { price: 6 }));
    quarters.records.put = (key, ...rest) =>
      key.startsWith("room") ? Promise.reject(new Error("told to fail")) : put.call(quarters.records, key, ...rest);
    expect(await act((room, context) => room.set(context, { price: 7 }))).toEqual({
      type: "stored",
      outcome: { type: "unknown" },
    });
    quarters.records.get = (key) =>
      key.startsWith("room") ? Promise.reject(new Error("told to fail")) : get.call(quarters.records, key);
    expect(await act((room, context) => room.set(context, {}))).toEqual({
      type: "stored",
      outcome: { type: "refused", reason: "unavailable" },
    });
  });

  it("reads entries, and says where the log does not answer", async () => {
    const { act } = await stage();
    await act((room, context) => room.publish(context, { content: "one" }));
    await act((room, context) => room.publish(context, { content: "two", data: { x: 1 } }));
    const heard = await act((room, context) => room.read(context, { after: 1 }));
    expect(heard).toMatchObject({
      type: "read",
      page: { seq: 2, entries: [{ seq: 2, content: "two", data: { x: 1 } }] },
    });
  });

  it.each<readonly [string, Act]>([
    ["content", (room, context) => room.publish(context, { content: "" })],
    ["content", (room, context) => room.publish(context, { content: "x".repeat(1_001) })],
    ["content", (room, context) => room.publish(context, { content: "\ud800" })],
    ["data", (room, context) => room.publish(context, { content: "x", data: "x".repeat(16_384) })],
    ["key", (room, context) => room.publish(context, { content: "x", key: "x".repeat(65) })],
    ["values", (room, context) => room.set(context, { "": 1 })],
    ["values", (room, context) => room.set(context, { big: "x".repeat(4_096) })],
  ])("throws where no member could say it: bad %s", async (field, act) => {
    const { ada, puppet, act: perform } = await stage();
    let thrown: unknown;
    await perform((room, context): undefined => {
      try {
        act(room, context);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toBeInstanceOf(RangeError);
    expect(String(thrown)).toMatch(new RegExp(`^RangeError: Cannot .+ lobby: ${field} is past its limits$`));
    expect(puppet.heard).toEqual([]);
    expect(ada.of("message", "state")).toEqual([]);
  });
});
