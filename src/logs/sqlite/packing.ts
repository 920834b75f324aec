import type { Packed, Rare, Row } from "./exchange.ts";

/** How many places a row takes. */
const STRIDE = 5;

/** Rows laid out flat. */
export function pack(rows: readonly Row[]): Packed {
  const packed: Packed[number][] = [];
  for (const { room, body, at, mark, rare } of rows) packed.push(room, body, at, mark, rare);
  return packed;
}

/** How many rows there are. */
export function countOf(packed: Packed): number {
  return packed.length / STRIDE;
}

/** One of them. */
export function rowAt(packed: Packed, index: number): Row {
  const at = index * STRIDE;
  return {
    room: packed[at] as string,
    body: packed[at + 1] as string,
    at: packed[at + 2] as number,
    mark: packed[at + 3] as string | null,
    rare: packed[at + 4] as Rare | undefined,
  };
}

/** How much text they hold, in UTF-16 units. */
export function unitsOf(packed: Packed): number {
  let units = 0;
  for (let at = 1; at < packed.length; at += STRIDE) units += (packed[at] as string).length;
  return units;
}
