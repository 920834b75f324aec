import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { Door } from "../door/mod.ts";

/** How long a browser may remember what it was told of other origins, in seconds. */
const REMEMBER_S = 600;

/**
 * Tells browsers that pages of the listed origins may use the HTTP routes and read the answers (Fetch standard, CORS
 * protocol). Whoever is not listed is told nothing, and is refused by the browser; what a request does is not decided here.
 */
export function crossOrigin({ origins, options }: Door): MiddlewareHandler {
  return cors({
    origin: (origin) => (origins.lists(origin) ? origin : null),
    allowMethods: ["GET", "HEAD", "POST", "DELETE"],
    exposeHeaders: ["retry-after", "content-disposition", "www-authenticate"],
    credentials: options.cookie !== undefined,
    maxAge: REMEMBER_S,
  });
}
