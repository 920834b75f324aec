import type { Draft, Entry } from "../../actors/room/log.ts";
import type { Json } from "../../actors/wire/mod.ts";
import { escaped } from "./escape.ts";

/** What an entry says, beside who said it and when; JSON, so that NULs and lone surrogates come back as they were. */
interface Rest {
  readonly c?: string;
  readonly d?: Json;
  readonly a?: Entry["attachment"];
  readonly r?: { readonly target: number; readonly reason?: string };
}

/**
 * A draft as the script takes it: six values that become the entry's lines, and five that it is judged by. Every line is
 * JSON or empty, so that none has another in it. `undefined`: it is none that could be kept.
 */
export function valuesOf(draft: Draft): readonly string[] | undefined {
  const { sender, content, data, key, at, fence, attachment, redacts, policy } = draft;
  if (!Number.isSafeInteger(at)) return undefined;
  try {
    return [
      redacts === undefined ? "m" : "r",
      String(at),
      attachment === undefined ? "" : fileText(attachment.file),
      key === undefined ? "" : JSON.stringify([sender.id, key]),
      JSON.stringify([sender.id, sender.name]),
      JSON.stringify({ c: content === "" ? undefined : content, d: data, a: attachment, r: redacts }),
      escaped(fence?.host ?? ""),
      String(fence?.token ?? ""),
      String(redacts?.target ?? ""),
      String(policy?.room ?? ""),
      String(policy?.house ?? ""),
    ];
  } catch {
    // What is no JSON.
    return undefined;
  }
}

/** A file as entries name it. */
export function fileText(file: string): string {
  return JSON.stringify(file);
}

/** The file that is named so. */
export function fileOf(text: string): string {
  return JSON.parse(text) as string;
}

/** The entry that stands at a place. */
export function entryOf(seq: number, text: string): Entry {
  const [kind, at, , mark = "", sender = "", rest = ""] = text.split("\n");
  const [id, name] = JSON.parse(sender) as readonly [string, string];
  const { c = "", d, a, r } = JSON.parse(rest) as Rest;
  return {
    seq,
    sender: { id, name },
    content: c,
    data: d,
    key: mark === "" ? undefined : (JSON.parse(mark) as readonly [string, string])[1],
    at: Number(at),
    ...(a !== undefined && { attachment: a }),
    ...(r !== undefined && { redacts: { target: r.target, reason: r.reason } }),
    ...(kind === "x" && { redacted: true }),
  };
}
