import type { ClientPorts, ClientSocketClass } from "./ports.ts";

interface Page extends Partial<EventTarget> {
  readonly document?: { readonly visibilityState: string };
  readonly navigator?: { readonly onLine?: boolean };
}

/** What a client takes from the browser, Node, Deno or Bun that it runs on. */
export function worldPorts(): ClientPorts {
  return {
    WebSocket: globalThis.WebSocket as ClientSocketClass,
    clock: { now: () => performance.now(), date: () => Date.now(), after },
    random: Math.random,
    online: () => (globalThis as Page).navigator?.onLine !== false,
    watch,
  };
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** Listens for what a browser says of its network and its page; other runtimes say nothing. */
function watch(look: () => void): () => void {
  const page = globalThis as Page;
  const stop = new AbortController();
  const seen = (): unknown => page.document?.visibilityState === "hidden" || look();
  // The last is the document's, and bubbles.
  for (const name of ["online", "offline", "pageshow", "visibilitychange"]) page.addEventListener?.(name, seen, stop);
  return () => stop.abort();
}
