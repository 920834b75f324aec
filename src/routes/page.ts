import { type Context, Hono } from "hono";
import { etag } from "hono/etag";
import { pageAssets, pageDocument } from "./page-assets.ts";

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A year, the longest that caches heed (RFC 9111 leaves it open). */
const FOREVER = "public, max-age=31536000, immutable";

/** The chat page: what `GET /` shows, and the files it is made of, whose names change with what is in them. */
export function pageRoutes(): Hono {
  const routes = new Hono().get("/", etag(), (c) =>
    c.html(documentAt(c), 200, { ...headers, "cache-control": "no-cache", etag: `"${pageDocument.hash}"` }),
  );
  for (const { name, media, text } of Object.values(pageAssets)) {
    const own = { ...headers, "content-type": media, "cache-control": FOREVER, etag: `"${name}"` };
    routes.get(`/${name}`, etag(), (c) => c.body(text, 200, own));
  }
  return routes;
}

/** The document as it is where it is asked for: its links lead beside it, wherever the routes are mounted. */
function documentAt(c: Context): string {
  const { host, pathname, protocol } = new URL(c.req.url);
  const folder = pathname.slice(pathname.lastIndexOf("/") + 1);
  const base = folder === "" ? "./" : `./${folder}/`;
  const { script, style, icon } = pageAssets;
  const values: Readonly<Record<string, string>> = {
    base,
    script: base + script.name,
    style: base + style.name,
    icon: base + icon.name,
    socket: `${protocol === "https:" ? "wss" : "ws"}://${host}${pathname.replace(/\/$/, "")}`,
  };
  return pageDocument.text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escaped(values[name] ?? ""));
}

/** Text for an HTML page, with nothing in it that a browser takes for markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"'{}]/g, (character) => `&#${character.charCodeAt(0)};`);
}
