import { type Json, type Limits, utf8Bytes } from "../wire/mod.ts";
import type { Fence } from "./log.ts";

/** One value of a room's state, with the JSON it is. */
export interface Value {
  readonly value: Json;
  readonly text: string;
}

/** A room's state, as its record keeps it; never changed in place. */
export interface RoomState {
  readonly values: ReadonlyMap<string, Value>;
  /** The newest token of each host that has set something. */
  readonly fences: ReadonlyMap<string, number>;
}

/** Why a change of a state is not made: too many keys, too many bytes, or a lease that has passed to another. */
export type Misfit = "keys" | "bytes" | "fenced";

/** The state of a room in which nothing was ever set. */
export const nothingSet: RoomState = { values: new Map(), fences: new Map() };

/** Reads what `recordOf` has written. */
export function stateOf(record: Json): RoomState {
  const { values, fences } = record as unknown as RecordedState;
  return {
    values: new Map(values.map(([key, value]) => [key, valueOf(value)])),
    fences: new Map(fences),
  };
}

/** Writes a state as a record: pairs, among which `__proto__` is a key like any other. */
export function recordOf({ values, fences }: RoomState): Json {
  const recorded: RecordedState = { values: [...values].map(([key, { value }]) => [key, value]), fences: [...fences] };
  return recorded as unknown as Json;
}

interface RecordedState {
  readonly values: readonly (readonly [string, Json])[];
  readonly fences: readonly (readonly [string, number])[];
}

/** The state that a change makes of a state (the same one, where it changes nothing), or why it is not made. */
export function changed(
  state: RoomState,
  change: { readonly values: ReadonlyMap<string, Json>; readonly fence: Fence | undefined },
  limits: Limits,
): RoomState | Misfit {
  const { fence } = change;
  const seen = fence === undefined ? 0 : (state.fences.get(fence.host) ?? 0);
  if (fence !== undefined && fence.token < seen) return "fenced";
  const values = new Map(state.values);
  let same = true;
  for (const [key, value] of change.values) {
    const before = values.get(key)?.text;
    const after = value === null ? undefined : valueOf(value);
    if (before === after?.text) continue;
    same = false;
    if (after === undefined) values.delete(key);
    else values.set(key, after);
  }
  if (same && (fence === undefined || fence.token === seen)) return state;
  if (!same && values.size > Math.max(limits.stateKeys, state.values.size)) return "keys";
  const bytes = bytesOf(values);
  if (bytes > limits.stateRoomBytes && bytes > bytesOf(state.values)) return "bytes";
  return { values, fences: fence === undefined ? state.fences : new Map(state.fences).set(fence.host, fence.token) };
}

/** What an event says that brings someone up to date who was shown `before`. */
export function differences(
  before: ReadonlyMap<string, Value>,
  now: ReadonlyMap<string, Value>,
): readonly (readonly [string, Json])[] {
  if (before === now) return [];
  const found: (readonly [string, Json])[] = [];
  for (const [key, { value, text }] of now) if (before.get(key)?.text !== text) found.push([key, value]);
  for (const key of before.keys()) if (!now.has(key)) found.push([key, null]);
  return found;
}

function valueOf(value: Json): Value {
  return { value, text: JSON.stringify(value) };
}

/** What values take as one JSON object, in UTF-8. */
function bytesOf(values: ReadonlyMap<string, Value>): number {
  let bytes = 1 + Math.max(1, values.size);
  for (const [key, { text }] of values) bytes += utf8Bytes(JSON.stringify(key)) + 1 + utf8Bytes(text);
  return bytes;
}
