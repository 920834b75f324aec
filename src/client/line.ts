import type { Ack, ServerEvent } from "../actors/wire/mod.ts";
import type { Said } from "./command.ts";
import type { Answered } from "./insist.ts";
import type { ClientPorts } from "./ports.ts";
import { pulse } from "./pulse.ts";

/** How long it may take until the server welcomes us, in ms. */
const OPENING_MS = 15_000;

/** What one command may be, in bytes: past this, the server would close the connection for good. */
const COMMAND_BYTES = 65_536;

/** What one frame may hold; a UTF-16 unit is at most three bytes of UTF-8. */
const FRAME_COMMANDS = 256;
const FRAME_UNITS = 87_381;

/** How a line is made. */
export interface LineOptions {
  readonly ports: ClientPorts;
  readonly url: string;
  readonly token: string | undefined;
  readonly credentials: "handshake" | "command";
  /** Called with every event but the answers, `welcome` first. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Called once, when the line is no more. */
  readonly onClose: (code: number, reason: string) => void;
}

/** One connection, from its opening to its end. */
export interface Line {
  /** Says a command, unless it is too long; those of one turn go in one frame, where the server takes that. */
  say(command: Said): boolean;
  /** Says a command, and has its answer told. */
  ask(command: Said, answered: Answered): void;
  /** Looks whether it lives, soon. */
  probe(): void;
  /** Closes it in order. */
  close(): void;
  /** Gives it up, as lost. */
  abandon(why: string): void;
}

/**
 * Opens a line.
 *
 * @throws {Error} where the world would not even try.
 */
export function openLine({ ports, url, token, credentials, onEvent, onClose }: LineOptions): Line {
  const { clock, WebSocket } = ports;
  const plain = "greenroom.v1";
  const batch = `${plain}.batch`;
  const isShown = credentials === "handshake" && token && /^[\w.~-]+$/.test(token);
  const socket = new WebSocket(url, [batch, plain, ...(isShown ? [`bearer.${token}`] : [])]);
  const answers = new Map<unknown, Answered>();
  let said: string[] = [];
  let ids = 0;
  let isOver = false;

  const { heard, begin, probe, stop } = pulse({
    clock,
    ask: () => say({ type: "ping" }),
    dead: () => abandon("silent"),
  });
  const welcomed = clock.after(OPENING_MS, () => abandon("silent"));

  function say(command: Said): boolean {
    const text = JSON.stringify(command);
    if (new TextEncoder().encode(text).length > COMMAND_BYTES) return false;
    if (said.push(text) === 1) queueMicrotask(flush);
    return true;
  }

  function flush(): undefined {
    const waiting = said;
    said = [];
    if (!isOver) send(waiting);
  }

  /** Sends commands in one frame where they fit in it, else one half after the other. */
  function send(commands: readonly string[]): undefined {
    const { length } = commands;
    const isBatch = socket.protocol === batch;
    const joined = commands.join();
    const frame = isBatch ? `[${joined}]` : joined;
    if (length < 2 || (isBatch && length <= FRAME_COMMANDS && frame.length <= FRAME_UNITS)) {
      socket.send(frame);
      return;
    }
    send(commands.slice(0, length / 2));
    send(commands.slice(length / 2));
  }

  function end(): boolean {
    if (isOver) return false;
    isOver = true;
    welcomed();
    stop();
    return true;
  }

  function abandon(why: string): undefined {
    if (!end()) return;
    socket.close();
    onClose(1006, why);
  }

  function understand(event: ServerEvent): undefined {
    if (event.type === "welcome") {
      welcomed();
      begin(event.heartbeat);
    }
    const { id } = event as Ack;
    const answered = answers.get(id) ?? onEvent;
    answers.delete(id);
    answered(event);
  }

  socket.addEventListener("open", () => {
    if (token && !isShown) say({ type: "auth", token });
  });
  socket.addEventListener("message", ({ data }) => {
    if (isOver || typeof data !== "string") return;
    heard();
    let events: ServerEvent[];
    try {
      events = [JSON.parse(data)].flat();
    } catch {
      return abandon("not JSON");
    }
    for (const event of events) if (!isOver) understand(event);
  });
  socket.addEventListener("close", ({ code = 1006, reason = "" }) => {
    if (end()) onClose(code, reason);
  });

  return {
    say,
    ask(command, answered) {
      ids += 1;
      answers.set(ids, answered);
      const isSaid = say({ ...command, id: ids } as object as Said);
      if (!isSaid) answered({ type: "error", code: "bad_command", message: "Cannot say it: too long" });
    },
    probe,
    close() {
      end();
      socket.close(1000, "bye");
    },
    abandon,
  };
}
