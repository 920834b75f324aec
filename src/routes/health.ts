import { Hono } from "hono";
import type { Occupancy } from "./occupancy.ts";

/** `GET /health`: 200 while the server takes connections, 503 while it does not. */
export function healthRoutes(occupancy: Occupancy): Hono {
  return new Hono().get("/health", (c) => {
    const { open, draining } = occupancy;
    return c.json({ status: draining ? "draining" : "ok", connections: open }, draining ? 503 : 200);
  });
}
