import { grants as every, type Grant } from "../actors/wire/mod.ts";

/** What a user may do, by room: a room's name, or a beginning of names followed by `*`. */
export type GrantTable = Readonly<Record<string, readonly Grant[]>>;

/** What may stand for rooms in a table: a name, or the beginning of one (none: all rooms) and a star. */
const PATTERN = /^(?:[A-Za-z0-9][A-Za-z0-9._:-]{0,63}|(?:[A-Za-z0-9][A-Za-z0-9._:-]{0,62})?\*)$/;
/** The most rooms and patterns of one table. */
const ROWS = 1_000;

/**
 * Reads what a token says of rooms.
 *
 * @returns `undefined` where it is no table: a token that is half understood would give too much or too little.
 */
export function readGrants(claim: unknown): ReadonlyMap<string, readonly Grant[]> | undefined {
  if (typeof claim !== "object" || claim === null || Array.isArray(claim)) return undefined;
  const rows = Object.entries(claim);
  if (rows.length > ROWS || !rows.every(([pattern, list]) => PATTERN.test(pattern) && isList(list))) return undefined;
  // In the order that `welcome` and `joined` have them.
  return new Map(rows.map(([pattern, list]) => [pattern, every.filter((grant) => list.includes(grant))]));
}

/**
 * What a table grants in a room: the row that bears its name, else the one with the longest beginning that fits, and
 * nothing where none does.
 */
export function grantsIn(table: ReadonlyMap<string, readonly Grant[]>, room: string): readonly Grant[] {
  const exact = table.get(room);
  if (exact !== undefined) return exact;
  for (let length = room.length; length >= 0; length -= 1) {
    const found = table.get(`${room.slice(0, length)}*`);
    if (found !== undefined) return found;
  }
  return [];
}

function isList(list: unknown): list is readonly Grant[] {
  return Array.isArray(list) && list.every((grant) => typeof grant === "string");
}
