/** How far a room was read. */
export interface ReadPosition {
  readonly epoch: string;
  readonly seq: number;
}

const PREFIX = "greenroom.";

/** The name that was chosen. */
export function rememberedName(): string | undefined {
  const name = remembered("name");
  return typeof name === "string" && /^\w{3,20}$/.test(name) ? name : undefined;
}

/** The rooms that were open. */
export function rememberedRooms(): readonly string[] {
  const rooms = remembered("rooms");
  return Array.isArray(rooms) ? rooms.filter(isRoomName).slice(0, 50) : [];
}

/** How far each room was read. */
export function rememberedReads(): ReadonlyMap<string, ReadPosition> {
  const reads = remembered("read");
  if (typeof reads !== "object" || reads === null) return new Map();
  return new Map(Object.entries(reads).filter((each): each is [string, ReadPosition] => isReadPosition(each[1])));
}

/** Remembers something in this browser, where that is allowed. */
export function remember(key: "name" | "rooms" | "read", value: unknown): undefined {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage is switched off or full: it is forgotten with the page, and nothing else.
  }
}

/** Whether a value is a room's name. */
export function isRoomName(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(value);
}

function remembered(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return undefined; // storage is switched off, or holds another's words
  }
}

function isReadPosition(value: unknown): value is ReadPosition {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, seq } = value as Readonly<Record<string, unknown>>;
  return typeof epoch === "string" && typeof seq === "number";
}
