import type { ActorRef } from "../actors/kernel/mod.ts";
import type { Attachment, Listener, RoomsMessage } from "../actors/room/mod.ts";
import { type Ack, type ErrorEvent, encode, type Grant, type User } from "../actors/wire/mod.ts";

/** What someone posts, who is no member for it. */
export interface Post {
  readonly room: string;
  readonly user: User;
  /** What the token calls itself by which it has come, where it does. */
  readonly token: string | undefined;
  /** What the user may do in the room. */
  readonly grants: readonly Grant[];
  readonly content: string;
  readonly key: string | undefined;
  readonly attachment: Attachment;
  /** What rooms that are opened for it count against; `undefined`: nothing. */
  readonly address: string | undefined;
}

/** Has something said in a room by someone who is not connected to it; resolves with what the room answers. */
export function post(
  rooms: ActorRef<RoomsMessage>,
  { user, token, grants, room, address, ...words }: Post,
): Promise<Ack | ErrorEvent> {
  return new Promise((resolve) => {
    // Whoever answers, only the first answer counts.
    const answer = (text: string): undefined => resolve(JSON.parse(text) as Ack | ErrorEvent) as undefined;
    const listener: Listener = {
      user,
      token,
      grants: () => grants,
      offer: () => true,
      reply: answer,
      whenDrained: () => undefined,
      inform: () => undefined,
    };
    const publish = { type: "publish", listener, id: undefined, data: undefined, answer, outside: true } as const;
    if (rooms.tell({ type: "pass", room, address, message: { ...publish, ...words } })) return;
    const message = `Cannot publish in ${room}: too much is under way`;
    answer(encode({ type: "error", room, code: "overloaded", message, retryAfter: 1_000 }));
  });
}
