import * as v from "valibot";
import { fitsJson, type Json } from "../json.ts";
import type { Limits } from "../limits.ts";
import type { Schema } from "../schema.ts";

/**
 * The `values` of a `set`: an object of at most `stateKeys` keys of 1 to `keyUnits` UTF-16 units, read into a map, in
 * which `__proto__` is a key like any other.
 */
export function values(limits: Limits): Schema<ReadonlyMap<string, Json>> {
  const bounds = { maxBytes: limits.stateValueBytes, maxLevels: limits.dataLevels };

  function isValues(input: unknown): input is Readonly<Record<string, Json>> {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return false;
    const entries = Object.entries(input);
    return entries.length <= limits.stateKeys && entries.every(fits);
  }

  function fits([key, value]: readonly [string, unknown]): boolean {
    return key.length >= 1 && key.length <= limits.keyUnits && key.isWellFormed() && fitsJson(value, bounds);
  }

  return v.pipe(v.custom<Readonly<Record<string, Json>>>(isValues), v.transform(toMap));
}

function toMap(input: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(input));
}
