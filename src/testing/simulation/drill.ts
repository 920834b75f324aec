import type { Records } from "../../actors/room/mod.ts";
import { REVOCATIONS, Register, revocationName } from "../../actors/room/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Dice } from "./dice.ts";
import type { Ledger } from "./ledger.ts";
import { lift } from "./ruling.ts";
import type { Timeline } from "./timeline.ts";

/** What a drill takes. */
export interface DrillOptions {
  readonly clients: readonly SimulatedClient[];
  /** The user who puts others out. */
  readonly judge: string;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  /** Where every node reads who is revoked; `undefined` where nobody else writes there. */
  readonly records: Records | undefined;
}

/** How long somebody is out, how long before the next is, and how often the others speak meanwhile. */
const OUT_MS = 2_500;
const BETWEEN_MS = 1_200;
const PACE_MS = 150;

/** How long all of it takes. */
export const DRILL_MS: number = 3 * (OUT_MS + BETWEEN_MS);

/**
 * In the calm behind the last fault, users are banned, kicked for a while and revoked, one after the other, while the others
 * go on talking: the checker holds all nodes to it that those who are out hear no more a second later.
 */
export function drill(options: DrillOptions): undefined {
  const { clients, judge, dice, timeline } = options;
  const others = [...new Set(clients.map(({ user }) => user))].filter((user) => user !== judge);
  if (others.length === 0) return;
  const ways = [ban, kick, revoke];
  for (const [at, way] of ways.entries()) {
    timeline.after(at * (OUT_MS + BETWEEN_MS), () => {
      const user = dice.of(others);
      way(options, user);
      for (let ms = 0; ms < OUT_MS; ms += PACE_MS) timeline.after(ms, () => speak(clients, user));
    });
  }
}

/** A client of the judge that is in a room, and the room. */
function bench({
  clients,
  judge,
}: DrillOptions): { readonly client: SimulatedClient; readonly room: string } | undefined {
  for (const client of clients) {
    if (client.user !== judge || client.link === undefined || client.draining) continue;
    for (const { room, state } of client.places.values()) if (state === "in") return { client, room };
  }
  return undefined;
}

function ban(options: DrillOptions, user: string): undefined {
  const { timeline, ledger } = options;
  const seat = bench(options);
  if (seat === undefined) return;
  const { client, room } = seat;
  const ruling = ledger.sanctions.said(room, user, { kind: "ban", lifts: false });
  putOut(client, { room, user, ruling }, { type: "ban" });
  timeline.after(OUT_MS, () => {
    ledger.exclusions.letIn(room, user);
    lift(client, { room, user, kind: "ban" });
  });
}

/** For a while, so that it cannot come back at once. */
function kick(options: DrillOptions, user: string): undefined {
  const seat = bench(options);
  if (seat === undefined) return;
  putOut(seat.client, { room: seat.room, user, ruling: undefined }, { type: "kick", seconds: 3 });
  options.timeline.after(OUT_MS, () => options.ledger.exclusions.letIn(seat.room, user));
}

function putOut(
  client: SimulatedClient,
  {
    room,
    user,
    ruling,
  }: {
    readonly room: string;
    readonly user: string;
    readonly ruling: ReturnType<Ledger["sanctions"]["said"]> | undefined;
  },
  command: { readonly type: "ban" } | { readonly type: "kick"; readonly seconds: number },
): undefined {
  const stay = client.places.get(room)?.stay ?? 0;
  const out = { room, user };
  const { id } = client.ask((id, sentMs) => ({ type: "rule", id, room, sentMs, stay, ruling, out }));
  client.note(`drill ${command.type} ${room} ${user}`);
  client.send({ ...command, id, room, user });
}

/** By the records alone, as a node does that none of the clients is on. */
function revoke({ timeline, ledger, records }: DrillOptions, user: string): undefined {
  if (records === undefined) return;
  const register = new Register(records, REVOCATIONS);
  const name = revocationName("user", user);
  const at = Math.floor(timeline.clock.date());
  const failed = (error: unknown): undefined => ledger.fail("rule", "drill", String(error));
  ledger.exclusions.revoking(user);
  timeline.promised();
  register.write(name, () => ({ at, by: "host:admin" })).then(() => ledger.exclusions.revoked(user), failed);
  timeline.after(OUT_MS, () => {
    ledger.exclusions.reinstating(user);
    timeline.promised();
    register.write(name, () => undefined).then(() => ledger.exclusions.reinstated(user), failed);
  });
}

/** All but one user say something in every room that they are in. */
function speak(clients: readonly SimulatedClient[], but: string): undefined {
  for (const client of clients) {
    if (client.user === but) continue;
    for (const { room, state } of client.places.values()) {
      if (state === "in") client.mailings.say(room, { keyed: false, units: 1, data: false });
    }
  }
}
