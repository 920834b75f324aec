import type { SimulatedClient } from "./client.ts";
import type { Dice } from "./dice.ts";
import type { Plan } from "./plan.ts";
import type { Setting } from "./states.ts";
import { leave } from "./talk.ts";

/** Has a client set something every while, as long as talk goes on. */
export function setNowAndThen(client: SimulatedClient, plan: Pick<Plan, "paceMs" | "busyMs">, dice: Dice): undefined {
  const { timeline } = client.options;
  timeline.after(dice.ms(plan.paceMs / 4, plan.paceMs), () => {
    if (timeline.now >= plan.busyMs) return;
    set(client, dice);
    setNowAndThen(client, plan, dice);
  });
}

/** Has a client change the state of some room that it is in, by values of its own that no other set bears. */
function set(client: SimulatedClient, dice: Dice): undefined {
  if (client.link === undefined || client.draining) return;
  const place = dice.of([...client.places.values()]);
  if (place.state !== "in") return;
  const { ledger, timeline } = client.options;
  const { room, stay } = place;
  const mark = (): string => `${client.name} ${ledger.states.count()}`;
  const values = new Map<string, string | null>([[`of ${client.name}`, mark()]]);
  if (dice.chance(0.7)) values.set(dice.of(["topic", "mood", "price"]), dice.chance(0.2) ? null : mark());
  if (dice.chance(0.1)) values.set("__proto__", mark());
  const told = new Map([...values].map(([key, value]) => [key, value === null ? null : JSON.stringify(value)]));
  const setting: Setting = {
    room,
    who: client.name,
    values: told,
    sentMs: timeline.now,
    endMs: Number.POSITIVE_INFINITY,
    outcome: "open",
  };
  ledger.states.said(setting);
  const { id } = client.ask((id, sentMs) => ({ type: "set", id, room, sentMs, stay, setting }));
  client.note(`set ${room} ${[...values].map(([key, value]) => `${key}=${value}`).join(" ")}`);
  // As it is said on the wire: an object, not the map that it is read into.
  client.send({ type: "set", id, room, values: Object.fromEntries(values) });
  if (dice.chance(0.05)) leave(client, place, dice);
}
