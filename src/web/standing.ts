import type { ClientState, RoomState } from "../client/mod.ts";

/** How things stand, for people: a word for the lamp, and where it matters a sentence and what can be done. */
export interface Standing {
  readonly lamp: "live" | "connecting" | "lagging" | "waiting" | "offline" | "draining" | "closed";
  readonly word: string;
  readonly sentence?: string;
  /** When something happens by itself, in milliseconds since 1970; the sentence goes on with the time until then. */
  readonly until?: number;
  readonly deed?: "reconnect" | "join" | "sign-in";
  readonly label?: string;
  readonly tone?: "bad";
  /** Whether it is said at once, and not only when it lasts. */
  readonly prompt?: true;
}

/** Who was never let in after so many attempts may not be wanted without credentials. */
const UNWELCOME_ATTEMPTS = 2;

/** Says how a client and a room stand. */
export function standingOf({ status, user }: ClientState, room: RoomState | undefined): Standing {
  switch (status.type) {
    case "live":
      return inRoom(room);
    case "connecting": {
      const word = status.attempt === 0 ? "Connecting" : "Reconnecting";
      return { lamp: "connecting", word, sentence: `${word} to the server…` };
    }
    case "draining":
      return {
        lamp: "draining",
        word: "Server restarting",
        sentence: "The server is being restarted. You will be back by yourself, and nothing is lost.",
      };
    case "waiting": {
      const { until } = status;
      // A browser does not tell a refused handshake from a server that is not there.
      if (user === undefined && status.attempt >= UNWELCOME_ATTEMPTS) {
        const sentence = "The server can't be reached, or takes nobody who has not signed in.";
        return { lamp: "waiting", word: "Not connected", sentence, until, deed: "sign-in", label: "Sign in" };
      }
      const sentence = "The connection was lost. What you write is kept and sent later.";
      return { lamp: "waiting", word: "Reconnecting", sentence, until, deed: "reconnect", label: "Try now" };
    }
    case "offline": {
      const sentence = "You are offline. What you write is kept, and sent once you are back.";
      return { lamp: "offline", word: "Offline", sentence, deed: "reconnect", label: "Try now", prompt: true };
    }
    case "closed":
      return closed(status);
    default:
      return status satisfies never;
  }
}

function closed({ code, reason, comeback }: Extract<ClientState["status"], { type: "closed" }>): Standing {
  const common = { lamp: "closed", tone: "bad", prompt: true } as const;
  if (comeback === "credentials") {
    const sentence = "This server wants to know who you are before it lets you in.";
    return { ...common, word: "Sign-in needed", sentence, deed: "sign-in", label: "Sign in" };
  }
  const why =
    code === 4403 ? "You may not use this server." : `The connection was closed: ${reason || `code ${code}`}.`;
  return { ...common, word: "Closed", sentence: why, deed: "reconnect", label: "Connect again" };
}

function inRoom(room: RoomState | undefined): Standing {
  const status = room?.status ?? { type: "joining" };
  switch (status.type) {
    case "live":
      return { lamp: "live", word: "Live" };
    case "joining":
    case "left":
      return { lamp: "connecting", word: "Joining", sentence: "Joining the room…" };
    case "lagging": {
      const sentence = "More is said here than your connection carries. You see all of it, a little late.";
      return { lamp: "lagging", word: "Catching up", sentence };
    }
    case "refused": {
      const common = { lamp: "closed", tone: "bad", prompt: true, deed: "join", label: "Try again" } as const;
      return { ...common, word: "Not joined", sentence: `You could not join this room. ${status.message}` };
    }
    case "kicked": {
      const { reason = "", until } = status;
      const common = { lamp: "closed", tone: "bad", prompt: true, deed: "join", label: "Join again" } as const;
      const sentence = `You were taken out of this room. ${reason}`.trim();
      return { ...common, word: "Removed", sentence, ...(until !== undefined && { until }) };
    }
    default:
      return status satisfies never;
  }
}
