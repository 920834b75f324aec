import type { Change, Stored } from "../../actors/room/records.ts";
import type { Json } from "../../actors/wire/mod.ts";
import { unescaped } from "./escape.ts";

/** The record that Redis has under a key: its version, when it ends (or nothing), and its value. */
export function storedOf(name: string, text: string): Stored {
  const [version = "", ends = ""] = text.split(" ", 2);
  const value = text.slice(version.length + ends.length + 2);
  return {
    key: unescaped(name),
    value: JSON.parse(value) as Json,
    version: Number(version),
    expiresAt: ends === "" ? undefined : Number(ends),
  };
}

/** What has changed, as it is told: a version and a key, and where something stands there, when it ends and its value. */
export function changeOf(text: string): { readonly version: number; readonly change: Change } {
  const [version, name, ends = "", value] = JSON.parse(text) as readonly [string, string, string?, string?];
  const stored = value === undefined ? undefined : storedOf(name, `${version} ${ends} ${value}`);
  return { version: Number(version), change: { key: unescaped(name), stored } };
}
