import type { Draft, Entry } from "../../actors/room/log.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { Rare } from "./exchange.ts";

/**
 * What an entry says, as it stands in its row: JSON, so that NULs and lone surrogates come back as they were (as plain
 * text, a NUL ends it on Node 22 and Deno, and a lone surrogate becomes U+FFFD).
 */
interface Body {
  readonly s: readonly [id: string, name: string];
  readonly c: string;
  readonly d?: Json;
  readonly k?: string;
  readonly a?: Entry["attachment"];
  readonly r?: { readonly target: number; readonly reason?: string };
  /** Its content was taken away. */
  readonly x?: 1;
}

/** What a draft says, as its row will hold it; `undefined`: it cannot be said as JSON. */
export function bodyOf({ sender, content, data, key, attachment, redacts }: Draft): string | undefined {
  const body = { s: [sender.id, sender.name], c: content, d: data, k: key, a: attachment, r: redacts };
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

/** What a draft carries that few do. */
export function rareOf({ fence, attachment, redacts }: Draft): Rare | undefined {
  if (fence === undefined && attachment === undefined && redacts === undefined) return undefined;
  const file = attachment?.file ?? null;
  return { file, host: fence?.host, token: fence?.token ?? 0, redacts: redacts?.target };
}

/** Sender and key as one text that no other two share; `null` without a key. */
export function markOf(sender: string, key: string | undefined): string | null {
  return key === undefined ? null : JSON.stringify([sender, key]);
}

/** The entry that a row says. */
export function entryOf(seq: number, at: number, text: string): Entry {
  const { s, c, d, k, a, r, x } = JSON.parse(text) as Body;
  return {
    seq,
    sender: { id: s[0], name: s[1] },
    content: c,
    data: d,
    key: k,
    at,
    ...(a !== undefined && { attachment: a }),
    ...(r !== undefined && { redacts: { target: r.target, reason: r.reason } }),
    ...(x !== undefined && { redacted: true }),
  };
}

/** What stands at a place whose row is damaged: nobody's words, taken away. */
export function damagedEntry(seq: number): Entry {
  const sender = { id: "damaged", name: "" };
  return { seq, sender, content: "", data: undefined, key: undefined, at: 0, redacted: true };
}

/** What is left of a row once its content is taken away; `undefined`: it has none to take. */
export function tombstoneOf(text: string): string | undefined {
  const { s, k, r, x } = JSON.parse(text) as Body;
  if (r !== undefined || x !== undefined) return undefined;
  return JSON.stringify({ s, c: "", k, x: 1 } satisfies { [K in keyof Body]: Body[K] | undefined });
}

/** The mark that a row must bear. */
export function markIn(text: string): string | null {
  const { s, k } = JSON.parse(text) as Body;
  return markOf(s[0], k);
}
