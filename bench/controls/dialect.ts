/** What every control says and keeps: events of our shape and size, and the last of them for who asks. */

/** A room without anything to it. */
export interface Room<M> {
  readonly name: string;
  readonly members: Set<M>;
  seq: number;
  readonly last: string[];
}

/** What is asked for with this is answered with the last messages. */
export const HISTORY = "history";
const KEPT = 200;
const PAGE = 50;

/** The room of that name, which is there once somebody asks for it. */
export function roomOf<M>(rooms: Map<string, Room<M>>, name: string): Room<M> {
  let room = rooms.get(name);
  if (room === undefined) {
    room = { name, members: new Set(), seq: 0, last: [] };
    rooms.set(name, room);
  }
  return room;
}

/** Which room a URL names, and who comes. */
export function placeOf(url: string): { readonly name: string; readonly user: string } {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  return { name: pathname.slice("/ws/".length), user: searchParams.get("name") ?? "guest" };
}

/** What somebody says, as the event that all get; it is kept for who asks later. */
export function messageOf<M>(room: Room<M>, user: string, content: string): string {
  room.seq += 1;
  const sender = { id: `guest:${user}`, name: user };
  const text = JSON.stringify({ type: "message", room: room.name, seq: room.seq, sender, content, at: Date.now() });
  room.last.push(text);
  if (room.last.length > KEPT) room.last.shift();
  return text;
}

/** The last messages of a room. */
export function historyOf<M>(room: Room<M>): string {
  return `{"type":"history","room":"${room.name}","messages":[${room.last.slice(-PAGE).join(",")}]}`;
}
