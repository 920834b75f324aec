import { isGuestName, isRoomName } from "./names.ts";

/** The paths of the HTTP side that the protocol names. */
export const paths: {
  readonly root: "/";
  readonly socket: "/ws";
  readonly socketRoom: "/ws/:room";
  readonly echo: "/echo";
  readonly tickets: "/api/tickets";
  readonly files: "/files";
  readonly roomFiles: "/api/rooms/:room/files";
} = {
  root: "/",
  socket: "/ws",
  socketRoom: "/ws/:room",
  echo: "/echo",
  tickets: "/api/tickets",
  files: "/files",
  roomFiles: "/api/rooms/:room/files",
};

/** A name that a URL asked for, as it was given, and whether it is one. */
export interface Asked {
  readonly name: string;
  readonly valid: boolean;
}

/** An upgrade that wants to join rooms (each once, that of the path first), perhaps under a guest's name. */
export interface RoomsTarget {
  readonly kind: "rooms";
  readonly rooms: readonly Asked[];
  readonly name: Asked | undefined;
}

/** What the URL of an upgrade asks for. */
export type Target = RoomsTarget | { readonly kind: "echo" } | { readonly kind: "none" };

/** What precedes the path in the absolute form: a scheme and a host, perhaps with a port. */
const authority = /^(?:https?|wss?):\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{0,5})?(?=[/?#]|$)/i;

/**
 * Reads the request target of an upgrade (RFC 7230, section 5.3, in origin or absolute form). It never throws: `//` is
 * none of ours, and a percent-encoding that is none (RFC 3986, section 2.1) makes a name invalid.
 */
export function parseTarget(target: string): Target {
  const { path, query } = split(target);
  if (path === paths.echo) return { kind: "echo" };
  if (path === paths.root || path === paths.socket) return roomsTarget([], query);
  const room = /^\/ws\/([^/]+)$/.exec(path)?.[1];
  return room === undefined ? { kind: "none" } : roomsTarget([decoded(room)], query);
}

function split(target: string): { readonly path: string; readonly query: string } {
  const origin = target.replace(authority, "");
  const [beforeFragment = ""] = origin.split("#", 1);
  const mark = beforeFragment.indexOf("?");
  const path = mark === -1 ? beforeFragment : beforeFragment.slice(0, mark);
  return {
    path: path === "" && origin !== target ? paths.root : path,
    query: mark === -1 ? "" : beforeFragment.slice(mark + 1),
  };
}

function roomsTarget(first: readonly string[], query: string): RoomsTarget {
  const parameters = new URLSearchParams(query);
  const rooms = new Set([...first, ...parameters.getAll("room")]);
  const name = parameters.get("name");
  return {
    kind: "rooms",
    rooms: [...rooms].map((room) => ({ name: room, valid: isRoomName(room) })),
    name: name === null ? undefined : { name, valid: isGuestName(name) },
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A segment that cannot be decoded holds a `%`, so it is no room's name as it stands either.
    return segment;
  }
}
