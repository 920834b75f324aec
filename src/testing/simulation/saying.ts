import type { SimulatedClient } from "./client.ts";
import type { Publish } from "./ledger.ts";
import type { Place } from "./place.ts";

/** Has a client join a room, from where it was if it has been there. */
export function join(client: SimulatedClient, place: Place): undefined {
  const { dice, historyEntries } = client.options;
  const { room } = place;
  if (place.state !== "out" || client.link === undefined || client.draining) return;
  const since = dice.chance(0.9) ? place.position : undefined;
  const history = Math.min(dice.of([0, 1, 20, 50, 200]), historyEntries);
  place.state = "joining";
  const { id } = client.ask((id, sentMs) => ({ type: "join", id, room, sentMs, since, most: history }));
  client.note(`join ${room}${since === undefined ? "" : ` since ${since.epoch}/${since.seq}`}`);
  client.send({ type: "join", id, room, ...(since !== undefined && { since }), history });
}

/** Has a client say something in a room, again if it had been said before. */
export function publish(client: SimulatedClient, said: Publish): undefined {
  const place = client.places.get(said.room);
  if (client.link === undefined || place === undefined || client.draining) return client.mailings.postponed(said);
  const stay = place.state === "in" ? place.stay : undefined;
  const { room, content, data, key } = said;
  const { id } = client.ask((id, sentMs) => ({ type: "message", id, room, sentMs, publish: said, stay }));
  client.note(`say ${room} ${content.slice(0, 12)}${key === undefined ? "" : ` as ${key}`}`);
  const extra = { ...(data !== undefined && { data }), ...(key !== undefined && { key }) };
  client.send({ type: "message", id, room, content, ...extra });
}
