/** The part of an event that says where it stands in its room. */
interface Placed {
  readonly type: string;
  readonly room?: string;
  readonly seq?: number;
  readonly recovered?: boolean;
  readonly messages?: readonly { readonly seq: number }[];
}

/**
 * Holds one connection's events to the first promise: between `joined` and leaving, a room's entries run on without a
 * gap or a repeat, or a `reset` says that they don't. Returns what an event broke, if it broke anything.
 */
export function entryOrder(): (event: Placed, since?: number) => string | undefined {
  /** The last entry seen of each room that is joined; `undefined` after a `reset`. */
  const last = new Map<string, number | undefined>();

  function pageBroken(room: string, messages: readonly { readonly seq: number }[]): string | undefined {
    const broken = messages.findIndex(({ seq }, at) => at > 0 && seq !== (messages[at - 1]?.seq ?? 0) + 1);
    return broken < 0
      ? undefined
      : `"${room}" has ${messages[broken]?.seq} after ${messages[broken - 1]?.seq} in one page`;
  }

  return function place({ type, room = "", seq = 0, messages = [], recovered = false }, since) {
    switch (type) {
      case "joined": {
        last.set(room, messages.at(-1)?.seq ?? (recovered ? since : undefined) ?? seq);
        return pageBroken(room, messages);
      }
      case "history":
        return pageBroken(room, messages);
      case "message":
      case "redacted": {
        if (!last.has(room)) return `"${room}" has entry ${seq} while it is not joined`;
        const before = last.get(room);
        last.set(room, seq);
        return before === undefined || seq === before + 1 ? undefined : `"${room}" has entry ${seq} after ${before}`;
      }
      case "reset":
        last.set(room, undefined);
        return undefined;
      case "left":
      case "kicked":
        last.delete(room);
        return undefined;
      default:
        return undefined;
    }
  };
}
