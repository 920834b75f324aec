import type { SimulatedClient } from "./client.ts";
import type { Dice } from "./dice.ts";
import type { Barring, Ruling } from "./sanctions.ts";

/** Has a client moderate some room that it is in: where anybody may, every guest may. */
export function moderate(client: SimulatedClient, users: readonly string[], dice: Dice): undefined {
  if (client.link === undefined || client.draining) return;
  const place = dice.of([...client.places.values()]);
  if (place.state !== "in") return;
  const { room, stay, position } = place;
  const rolled = dice.random();
  if (rolled < 0.35 && position !== undefined && position.seq > 0) {
    const seq = dice.whole(Math.max(1, position.seq - 5), position.seq);
    const { id } = client.ask((id, sentMs) => ({ type: "redact", id, room, sentMs, stay, seq }));
    client.note(`redact ${room} ${seq}`);
    return client.send({ type: "redact", id, room, seq });
  }
  const user = dice.of(users);
  return rolled < 0.5 ? kick(client, { room, stay, user }, dice) : rule(client, { room, stay, user }, dice);
}

interface Subject {
  readonly room: string;
  readonly stay: number;
  readonly user: string;
}

function kick(client: SimulatedClient, { room, stay, user }: Subject, dice: Dice): undefined {
  const seconds = dice.chance(0.3) ? { seconds: 1 } : {};
  const { id } = client.ask((id, sentMs) => ({ type: "rule", id, room, sentMs, stay, ruling: undefined }));
  client.note(`kick ${room} ${user}`);
  return client.send({ type: "kick", id, room, user, ...seconds });
}

function rule(client: SimulatedClient, { room, stay, user }: Subject, dice: Dice): undefined {
  const kind = dice.of<Barring>(["ban", "mute"]);
  if (dice.chance(0.35)) return lift(client, { room, user, kind });
  const type = kind;
  const seconds = dice.chance(0.3) ? { seconds: dice.whole(1, 3) } : {};
  const ruling = client.options.ledger.sanctions.said(room, user, { kind, lifts: "seconds" in seconds });
  const { id } = client.ask((id, sentMs) => ({ type: "rule", id, room, sentMs, stay, ruling }));
  client.note(`${type} ${room} ${user}`);
  return client.send({ type, id, room, user, ...seconds });
}

/** Has a client lift what a user may be under, where it is in that room. */
export function lift(client: SimulatedClient, { room, user, kind }: Pick<Ruling, "room" | "user" | "kind">): undefined {
  const place = client.places.get(room);
  if (place?.state !== "in" || client.link === undefined || client.draining) return;
  const { stay } = place;
  const type = kind === "ban" ? "unban" : "unmute";
  const ruling = client.options.ledger.sanctions.said(room, user, { kind, lifts: true });
  const { id } = client.ask((id, sentMs) => ({ type: "rule", id, room, sentMs, stay, ruling }));
  client.note(`${type} ${room} ${user}`);
  return client.send({ type, id, room, user });
}
