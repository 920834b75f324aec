import type { Head } from "../../actors/room/mod.ts";
import type { SimulatedClient } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import type { Ledger } from "./ledger.ts";
import type { Plan } from "./plan.ts";
import type { SimulatedStore } from "./store.ts";

/** Who is asked once all is quiet. */
export interface AuditOptions {
  readonly cluster: Cluster;
  readonly clients: readonly SimulatedClient[];
  readonly ledger: Ledger;
  readonly store: Pick<SimulatedStore, "kept">;
}

/** An answer may be under way for this long where nothing is wrong. */
const ANSWER_MS = 1_000;

/** A lease that nobody renews, and the next look at it, take no longer than this. */
const LEASE_MS = 11_000;

/** Looks whether every member of a room has come at least to where its log was at some moment before. */
export function auditPlaces({ clients, ledger }: AuditOptions, heads: ReadonlyMap<string, Head>): undefined {
  for (const client of clients) {
    if (client.link === undefined || client.link.down.isCut) continue;
    for (const { room, state, position, lagged } of client.places.values()) {
      const head = heads.get(room);
      if (state !== "in" || position === undefined || head === undefined || lagged) continue;
      if (position.epoch === head.epoch && position.seq >= head.seq) continue;
      const text = `${room} at ${position.epoch}/${position.seq}, and its log was at ${head.epoch}/${head.seq}`;
      ledger.fail("lost", client.name, text);
    }
  }
}

/** Looks whether somebody acts for a room that has been open since the last fault. */
export function auditHost({ cluster, ledger }: AuditOptions, plan: Plan): undefined {
  const [room = ""] = plan.rooms;
  if (!plan.hosted || cluster.up.some((node) => node.lost.has(room))) return;
  // A node that took long to drain may have taken a lease with it, which then has yet to run out.
  if (cluster.endedMs > plan.busyMs || cluster.up.some(({ draining }) => draining)) return;
  if (ledger.hostedMs(room) < plan.busyMs + LEASE_MS) ledger.fail("host", "leases", `nobody acts for ${room}`);
}

/** Looks whether all is right once there have been no faults for long: everybody in, nothing owed, nobody stuck. */
export function auditEnd({ cluster, clients, ledger, store }: AuditOptions): undefined {
  for (const client of clients) auditClient(client, ledger);
  for (const node of cluster.up) {
    const here = clients.filter((client) => client.node === node && client.link !== undefined);
    for (const { path, state, mailbox } of node.actors()) {
      if (state !== "running") ledger.fail("stuck", node.name, `${path} is ${state}`);
      if (mailbox.depth > 0) ledger.fail("stuck", node.name, `${path} leaves ${mailbox.depth} messages lying`);
    }
    for (const name of ["/journal", "/rooms", "/connections"]) {
      if (!node.actors().some(({ path }) => path === name)) ledger.fail("stuck", node.name, `${name} has ended`);
    }
    const open = node.actors().filter(({ path }) => /^\/connections\/[^/]+$/.test(path)).length;
    if (open !== here.length) ledger.fail("stuck", node.name, `${open} connections, and ${here.length} clients`);
  }
  auditPresence(clients, ledger);
  auditListings(clients, ledger);
  ledger.settle((room) => store.kept(room));
}

function auditClient(client: SimulatedClient, ledger: Ledger): undefined {
  const { name } = client;
  if (!client.welcomed) return ledger.fail("stuck", name, "is not connected");
  for (const { room, state, wanted, lagged, values } of client.places.values()) {
    if (state !== (wanted ? "in" : "out")) ledger.fail("stuck", name, `is ${state} of ${room}`);
    if (lagged) ledger.fail("stuck", name, `was never told to be live in ${room}`);
    if (state === "in" && values.wrong !== undefined) ledger.fail("state", name, `${room}: ${values.wrong}`);
  }
  const lateMs = client.options.timeline.now - ANSWER_MS;
  for (const request of client.requests.all()) {
    const { type, id, sentMs, room } = request;
    if (sentMs > lateMs) continue;
    // Its words may have been on their way in a room that it left, and that then ended for good.
    const place = client.places.get(room);
    const stayed = place?.state === "in" && type === "message" && place.stay === request.stay;
    if (!stayed && client.node?.lost.has(room) === true) continue;
    ledger.fail("unanswered", name, `${type} #${id}, asked at ${sentMs.toFixed(0)}`);
  }
  for (const { content, room } of client.mailings.waiting) {
    ledger.fail("stuck", name, `could not say ${content.split(" ")[0]} in ${room}`);
  }
}

/** Every member sees the same members, whichever nodes they are on. */
function auditPresence(clients: readonly SimulatedClient[], ledger: Ledger): undefined {
  for (const client of clients) {
    for (const { room, state, view } of client.places.values()) {
      if (state !== "in") continue;
      const there = clients.filter((other) => other.places.get(room)?.state === "in");
      const wrong = view.wrong(new Set(there.map(({ user }) => user)));
      if (wrong !== undefined) ledger.fail("presence", client.name, `${room} on ${client.node?.name}: ${wrong}`);
    }
  }
}

/** Every client was told which rooms have members, and how many, whichever node it has asked. */
function auditListings(clients: readonly SimulatedClient[], ledger: Ledger): undefined {
  const users = new Map<string, Set<string>>();
  for (const { user, places } of clients) {
    for (const { room, state } of places.values()) {
      if (state === "in") users.set(room, (users.get(room) ?? new Set()).add(user));
    }
  }
  const counts = new Map([...users].map(([room, { size }]) => [room, size]));
  for (const { name, node, listing } of clients) {
    const wrong = listing?.wrong(counts);
    if (wrong !== undefined) ledger.fail("presence", name, `on ${node?.name} ${wrong}`);
  }
}
