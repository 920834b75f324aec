import * as v from "valibot";

/** One setting: where it is said, what it takes, and what it means. */
export interface Setting<T> {
  readonly variable: string;
  readonly flag: string;
  /** As it would be written; empty where there is none. */
  readonly default: string;
  readonly takes: string;
  readonly meaning: string;
  readonly schema: v.GenericSchema<string, T>;
  /** Whether it may stand in a file, named behind an `@`; a `secret` is repeated nowhere, and as a flag is taken from a file only. */
  readonly file?: "allowed" | "secret";
}

/** The settings of one part, one for each of its fields. */
export type SettingsOf<Part> = { readonly [K in keyof Part]: Setting<Part[K]> };

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): v.GenericSchema<string, number> {
  return v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number), v.minValue(min), v.maxValue(max));
}

/** What a span of time takes. */
export const milliseconds: Pick<Setting<number>, "takes" | "schema"> = {
  takes: "a whole number of milliseconds, 1 to 86400000",
  schema: whole(1, 86_400_000),
};

/** What a switch takes. */
export const onOrOff: Pick<Setting<"on" | "off">, "takes" | "schema"> = {
  takes: "on or off",
  schema: v.picklist(["on", "off"]),
};

/** Nothing where the setting is empty, else what `schema` takes. */
export function optional<T>(schema: v.GenericSchema<string, T>): v.GenericSchema<string, T | undefined> {
  return v.union([v.pipe(v.literal(""), v.transform(nothing)), schema]);
}

/** A list with commas between its items; empty where the setting is. */
export function listOf<T>(item: v.GenericSchema<string, T>): v.GenericSchema<string, readonly T[]> {
  return v.pipe(v.string(), v.transform(split), v.array(item));
}

function nothing(): undefined {}

function split(text: string): readonly string[] {
  return text === "" ? [] : text.split(",").map((part) => part.trim());
}
