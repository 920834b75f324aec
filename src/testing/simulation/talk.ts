import type { SimulatedClient } from "./client.ts";
import type { Dice } from "./dice.ts";
import type { Place } from "./place.ts";
import { join } from "./saying.ts";

/** What a client does now and then: anything the protocol allows. */
export function talk(client: SimulatedClient, dice: Dice): undefined {
  if (client.link === undefined || client.draining) return;
  if (dice.chance(0.15)) client.together(() => several(client, dice));
  else act(client, dice);
}

function several(client: SimulatedClient, dice: Dice): undefined {
  for (let left = dice.whole(2, 12); left > 0; left -= 1) act(client, dice);
}

function act(client: SimulatedClient, dice: Dice): undefined {
  const place = dice.of([...client.places.values()]);
  const rolled = dice.random();
  if (place.state === "out") {
    if (rolled < 0.5) return place.wanted ? join(client, place) : undefined;
    place.wanted = true;
    return join(client, place);
  }
  if (place.state === "leaving") return;
  if (rolled < 0.55) return say(client, place, dice);
  if (rolled < 0.65) return signal(client, place);
  if (rolled < 0.8) return lookBack(client, place, dice);
  if (rolled < 0.86) return ask(client, place, "members");
  if (rolled < 0.89) return ask(client, place, "rooms");
  if (rolled < 0.95) return ask(client, place, "ping");
  return leave(client, place, dice);
}

function say(client: SimulatedClient, { room }: Place, dice: Dice): undefined {
  const units = dice.chance(0.2) ? dice.whole(200, 900) : dice.whole(1, 40);
  client.mailings.say(room, { keyed: dice.chance(0.6), units, data: dice.chance(0.2) });
}

function signal(client: SimulatedClient, { room }: Place): undefined {
  const data = client.options.signals.sent(client, room);
  client.note(`signal ${room} ${data}`);
  client.send({ type: "signal", room, name: "wave", data });
}

function lookBack(client: SimulatedClient, place: Place, dice: Dice): undefined {
  const { room } = place;
  const from = place.state === "in" ? place.position : undefined;
  const stay = place.state === "in" ? place.stay : undefined;
  const seq = dice.whole(0, (from?.seq ?? 0) + 3);
  const range = dice.of([{}, { before: seq }, { after: seq }]);
  const [before, after] = ["before" in range ? range.before : undefined, "after" in range ? range.after : undefined];
  const limit = Math.min(dice.of([1, 5, 50, 200]), client.options.historyEntries);
  const asked = { type: "history", room, before, after, most: limit, from, stay } as const;
  const { id } = client.ask((id, sentMs) => ({ ...asked, id, sentMs }));
  client.note(`history ${room} ${JSON.stringify(range)} ${limit}`);
  client.send({ type: "history", id, room, ...range, limit });
}

function ask(client: SimulatedClient, place: Place, type: "members" | "rooms" | "ping"): undefined {
  const { room } = place;
  const stay = place.state === "in" ? place.stay : undefined;
  const { id } = client.ask((id, sentMs) => ({ type, id, room, sentMs, stay }));
  client.note(`${type} ${room}`);
  client.send(type === "members" ? { type, id, room, limit: 200 } : { type, id });
}

/** Has a client leave a room it is in, and come back in a while or not. */
export function leave(client: SimulatedClient, place: Place, dice: Dice): undefined {
  if (place.state !== "in") return;
  const { room } = place;
  place.state = "leaving";
  place.wanted = dice.chance(0.5);
  const { id } = client.ask((id, sentMs) => ({ type: "leave", id, room, sentMs }));
  client.note(`leave ${room}`);
  client.send({ type: "leave", id, room });
  // The next commands may stand right behind it.
  if (!place.wanted || dice.chance(0.5)) return;
  client.options.timeline.after(500, () => place.wanted && join(client, place));
}
