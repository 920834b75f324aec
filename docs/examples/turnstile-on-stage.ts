import { Stage } from "../../src/testing/mod.ts";
import { turnstile } from "./turnstile.ts";

const stage = new Stage(); // an actor system on which time stands still
const gate = stage.system.spawn(turnstile(), { name: "gate" });

gate.tell({ type: "push" }); // locked: nothing happens
gate.tell({ type: "coin" });
gate.tell({ type: "push" });
gate.tell({ type: "coin" });
await stage.advance(3_001); // nobody came, so it is locked again
gate.tell({ type: "push" });

const answer = stage.system.ask(gate, (reply: (passed: number) => undefined) => ({ type: "count" as const, reply }));
await stage.settle(); // runs turns until nobody has anything to do
export const passed: number = await answer; // 1
