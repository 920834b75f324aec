import { Hono } from "hono";
import type { Outbound } from "../actors/connection/mod.ts";
import type { ActorSystem } from "../actors/kernel/mod.ts";
import { exposition, expositionType, type Family, type Sample } from "./exposition.ts";
import type { RequireAdmin } from "./moderation.ts";
import type { Occupancy } from "./occupancy.ts";

/** What the figures are taken from. */
export interface MetricsRoutesOptions {
  readonly requireAdmin: RequireAdmin;
  readonly system: ActorSystem;
  readonly outbound: Outbound;
  readonly occupancy: Occupancy;
}

/**
 * `GET /metrics`: this node's figures for Prometheus, for whoever brings the admin token. No figure names a room, a user or
 * an address.
 */
export function metricsRoutes({ requireAdmin, ...sources }: MetricsRoutesOptions): Hono {
  return new Hono().get("/metrics", async (c) => {
    const refusal = await requireAdmin(c);
    if (refusal !== undefined) return refusal;
    return c.body(exposition(families(sources)), 200, {
      "content-type": expositionType,
      "cache-control": "no-store",
    });
  });
}

function families({ system, outbound, occupancy }: Omit<MetricsRoutesOptions, "requireAdmin">): readonly Family[] {
  const { counters } = outbound;
  const closes = [...counters.closed].map(([code, count]): Sample => [{ code: String(code) }, count]);
  const dead = Object.entries(system.deadLetters.counts).map(([reason, count]): Sample => [{ reason }, count]);
  const all: readonly (readonly [name: string, meaning: string, figure: Family["figure"]])[] = [
    ["connections", "Connections that are open.", { gauge: occupancy.open }],
    ["rooms", "Rooms that are in memory.", { gauge: counters.rooms }],
    ["draining", "1 once the server is about to end.", { gauge: occupancy.draining ? 1 : 0 }],
    ["outbound_held_bytes", "Bytes that wait for clients to read.", { gauge: outbound.bytes }],
    ["frames_received_total", "Messages from clients, echoes included.", { counter: counters.received }],
    ["messages_total", "Entries the log has taken from this node.", { counter: counters.appended }],
    ["deliveries_total", "Entries queued to members here, one each.", { counter: counters.delivered }],
    ["sent_bytes_total", "Bytes of events and files handed to sockets.", { counter: counters.sentBytes }],
    ["lags_total", "How often a member fell behind, reading too slowly.", { counter: counters.lagged }],
    ["closes_total", "Connections this side has closed, by code.", { counter: closes }],
    ["dead_letters_total", "Messages that no actor handled, by reason.", { counter: dead }],
    ["turn_seconds", "How long turns took, their flush included.", counters.turns],
    ["append_seconds", "How long the log took for a commit.", counters.appends],
    ["fan_out_seconds", "From the log's word on an entry to the end of its flush.", counters.fanOuts],
  ];
  return all.map(([name, meaning, figure]) => ({ name: `greenroom_${name}`, meaning, figure }));
}
